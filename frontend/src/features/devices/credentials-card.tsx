import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ShownOnce } from "@/components/shown-once";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import type { Device } from "@/queries/use-devices";
import { useCredentials } from "./api/use-credentials";
import { useIssueCredential } from "./api/use-issue-credential";
import { useRevokeCredential } from "./api/use-revoke-credential";

export function CredentialsCard({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const mayChange = useMayChange();
  const credentials = useCredentials(device.id);
  const issue = useIssueCredential(device.id);
  const revoke = useRevokeCredential(device.id);
  const [revoking, setRevoking] = useState<string | null>(null);
  return (
    <Card>
      <CardHeader
        title={t("devices.credentials")}
        actions={
          mayChange && (
            <Button size="sm" busy={issue.isPending} onClick={() => issue.mutate(undefined)}>
              <KeyRound />
              {t("devices.issue")}
            </Button>
          )
        }
      />
      {credentials.isPending && <SkeletonRows count={2} />}
      {credentials.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("devices.noCredentials")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {credentials.data?.map(({ id, hint, created_at, revoked_at }) => (
          <li key={id} className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
            <div className="min-w-0 flex-1">
              {t("devices.credentialBegins")} <code className="font-mono">{hint}…</code>
              {revoked_at && <Badge className="ml-2">{t("devices.revoked")}</Badge>}
              <p className="text-soft">{moment(created_at)}</p>
            </div>
            {mayChange && !revoked_at && (
              <Button size="sm" variant="ghost" onClick={() => setRevoking(id)} aria-label={`${t("devices.revoke")}: ${hint}`}>
                {t("devices.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {issue.data && (
        <ShownOnce
          title={t("devices.credentialTitle")}
          description={t("devices.credentialText")}
          label={t("devices.credentials")}
          secret={issue.data.credential}
          qr={t("devices.credentialQr")}
          onClose={issue.reset}
        />
      )}
      <Confirm
        open={revoking !== null}
        title={t("devices.revokeTitle")}
        text={t("devices.revokeText")}
        action={t("devices.revoke")}
        busy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking, { onSuccess: () => setRevoking(null) })}
        onCancel={() => setRevoking(null)}
      />
    </Card>
  );
}
