import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { ConfirmButton } from "@/components/confirm-button";
import { useFormat } from "@/lib/use-format";

export type ApiKey = Schemas["KeyAnswer"];

interface KeyRowProps {
  apiKey: ApiKey;
  /** Nobody who may not is offered it. */
  revoke?: { busy: boolean; run: (keyId: string, done: () => void) => void } | undefined;
}

/** A key for scripts, and how to be rid of it. */
export function KeyRow({ apiKey: { id, name, scopes, expires_at, used_at }, revoke }: KeyRowProps) {
  const { t } = useTranslation();
  const { moment, ago } = useFormat();
  const [now] = useState(Date.now);
  const isOver = Date.parse(expires_at) < now;
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <KeyRound className="size-4 shrink-0 text-soft" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{name}</p>
        <p className="font-mono text-xs wrap-break-word text-soft">{scopes.join(", ")}</p>
        <p className="text-soft">
          {t(isOver ? "profile.keyOver" : "profile.keyUntil", { time: moment(expires_at) })} ·{" "}
          {used_at ? t("profile.lastUsed", { time: ago(used_at) }) : t("profile.keyUnused")}
        </p>
      </div>
      {revoke && (
        <ConfirmButton
          action={t("credentials.revoke")}
          about={name}
          title={t("profile.revokeKey", { name })}
          text={t("profile.revokeKeyText")}
          busy={revoke.busy}
          onConfirm={() => revoke.run(id, () => void toast.success(t("profile.keyRevoked", { name })))}
        />
      )}
    </li>
  );
}
