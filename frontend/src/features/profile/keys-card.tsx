import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useKeys, useRevokeKey, type ApiKey } from "./api/use-keys";
import { NewKeyDialog } from "./new-key-dialog";

/** Keys for scripts and other programs, which may do no more than their scopes say. */
export function KeysCard() {
  const { t } = useTranslation();
  const keys = useKeys();
  const [making, setMaking] = useState(false);
  return (
    <Card>
      <CardHeader
        title={t("profile.keys")}
        actions={
          <Button size="sm" onClick={() => setMaking(true)}>
            <Plus />
            {t("profile.newKey")}
          </Button>
        }
      >
        {t("profile.keysText")}
      </CardHeader>
      {keys.isPending && <SkeletonRows count={1} />}
      {keys.isError && <LoadFailed error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("profile.noKeys")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {keys.data?.map((key) => (
          <Row key={key.id} apiKey={key} />
        ))}
      </ul>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </Card>
  );
}

function Row({ apiKey: { id, name, scopes, expires_at, used_at } }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const { moment, ago } = useFormat();
  const [asking, setAsking] = useState(false);
  const revoke = useRevokeKey();
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
      <Button size="sm" variant="ghost" aria-label={`${t("credentials.revoke")}: ${name}`} onClick={() => setAsking(true)}>
        {t("credentials.revoke")}
      </Button>
      <Confirm
        open={asking}
        title={t("profile.revokeKey", { name })}
        text={t("profile.revokeKeyText")}
        action={t("credentials.revoke")}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate(id, { onSuccess: () => void toast.success(t("profile.keyRevoked", { name })) })}
        onCancel={() => setAsking(false)}
      />
    </li>
  );
}
