import { Monitor, Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/badge";
import { useFormat } from "@/lib/use-format";

export type Session = Schemas["SessionAnswer"];

interface SessionRowProps {
  session: Session;
  /** What can be done with it, on the right. */
  children: ReactNode;
}

/** A browser in which somebody is signed in. */
export function SessionRow({ session, children }: SessionRowProps) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const Icon = /Mobile|Android|iPhone/.test(session.user_agent) ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <Icon className="size-4 shrink-0 text-soft" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {browserOf(session.user_agent)} {session.current && <Badge tone="good">{t("profile.thisOne")}</Badge>}
        </p>
        <p className="text-soft">
          {session.address} · {t("profile.lastUsed", { time: moment(session.used_at) })}
        </p>
      </div>
      {children}
    </li>
  );
}

/** Tells one session from the others. */
export const sessionName = (session: Session) => `${browserOf(session.user_agent)}, ${session.address}`;

/** `Firefox 140, Linux`: enough to know one's own by. */
function browserOf(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(agent);
  if (!browser) return agent.split(" ")[0] || "–";
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", Version: "Safari" };
  const system = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent)?.[0];
  return `${names[browser[1]!] ?? browser[1]} ${browser[2]}${system ? `, ${system}` : ""}`;
}
