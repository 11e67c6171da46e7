import { Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useEndSession } from "./api/use-end-session";
import { useSessions } from "./api/use-sessions";
import { useSignOutEverywhere } from "./api/use-sign-out-everywhere";

export function SessionsCard() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const everywhere = useSignOutEverywhere();
  const [asking, setAsking] = useState(false);
  return (
    <Card>
      <CardHeader
        title={t("profile.sessions")}
        actions={
          <Button size="sm" onClick={() => setAsking(true)}>
            {t("profile.everywhere")}
          </Button>
        }
      />
      {sessions.isPending && <SkeletonRows count={2} />}
      <ul className="divide-y border-t">
        {sessions.data?.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
      <Confirm
        open={asking}
        title={t("profile.everywhere")}
        text={t("profile.everywhereText")}
        action={t("profile.everywhere")}
        busy={everywhere.isPending}
        onConfirm={() => everywhere.mutate(undefined)}
        onCancel={() => setAsking(false)}
      />
    </Card>
  );
}

function Row({ session }: { session: Schemas["SessionAnswer"] }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const finish = useEndSession();
  const browser = browserOf(session.user_agent);
  const Icon = /Mobile|Android|iPhone/.test(session.user_agent) ? Smartphone : Monitor;
  const done = () => void toast.success(t("profile.ended"));
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <Icon className="size-4 shrink-0 text-soft" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {browser} {session.current && <Badge tone="good">{t("profile.thisOne")}</Badge>}
        </p>
        <p className="text-soft">
          {session.address} · {t("profile.lastUsed", { time: moment(session.used_at) })}
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          variant="ghost"
          busy={finish.isPending}
          aria-label={`${t("profile.endSession")}: ${browser}, ${session.address}`}
          onClick={() => finish.mutate(session.id, { onSuccess: done })}
        >
          {t("profile.endSession")}
        </Button>
      )}
    </li>
  );
}

/** `Firefox 140, Linux`: enough to know one's own by. */
function browserOf(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(agent);
  if (!browser) return agent.split(" ")[0] || "–";
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", Version: "Safari" };
  const system = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent)?.[0];
  return `${names[browser[1]!] ?? browser[1]} ${browser[2]}${system ? `, ${system}` : ""}`;
}
