import { KeyRound, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ShownOnce } from "@/components/shown-once";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useCredentials, useIssueCredential, useRevokeCredential, type Credential, type Holder } from "@/queries/use-credentials";
import { RotateDialog } from "./rotate-dialog";

interface CredentialsCardProps {
  holder: Holder;
  /** What it means to have none. */
  none: string;
}

/** What a device or a gateway sends with. A text is seen once, by whoever has it made. */
export function CredentialsCard({ holder, none }: CredentialsCardProps) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const credentials = useCredentials(holder);
  const issue = useIssueCredential(holder);
  const [rotating, setRotating] = useState(false);
  const [issued, setIssued] = useState<string | null>(null);
  const valid = credentials.data?.filter(isGood) ?? [];
  return (
    <Card>
      <CardHeader
        title={t("credentials.title")}
        actions={
          mayChange && (
            <>
              {(credentials.isPending || valid.length > 0) && (
                <Button size="sm" disabled={credentials.isPending} onClick={() => setRotating(true)}>
                  <RefreshCw />
                  {t("credentials.rotate")}
                </Button>
              )}
              <Button
                size="sm"
                busy={issue.isPending}
                onClick={() => issue.mutate(undefined, { onSuccess: ({ credential }) => setIssued(credential) })}
              >
                <KeyRound />
                {t("credentials.issue")}
              </Button>
            </>
          )
        }
      />
      {credentials.isPending && <SkeletonRows count={1} lines={2} />}
      {credentials.isError && <LoadFailed error={credentials.error} retry={() => void credentials.refetch()} />}
      {credentials.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{none}</p>}
      <ul className="divide-y border-t empty:hidden">
        {credentials.data?.map((credential) => (
          <Row key={credential.id} holder={holder} credential={credential} mayChange={mayChange} />
        ))}
      </ul>
      {rotating && <RotateDialog holder={holder} onClose={() => setRotating(false)} onIssued={setIssued} />}
      {issued && (
        <ShownOnce
          title={t("credentials.shownTitle")}
          description={t("credentials.shownText")}
          label={t("credentials.one")}
          secret={issued}
          qr={t("credentials.qr")}
          onClose={() => setIssued(null)}
        />
      )}
    </Card>
  );
}

function Row({ holder, credential, mayChange }: { holder: Holder; credential: Credential; mayChange: boolean }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const revoke = useRevokeCredential(holder);
  const [asking, setAsking] = useState(false);
  const { id, hint, login, created_at, valid_until } = credential;
  const good = isGood(credential);
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span>
            {t("credentials.begins")} <code className="font-mono">{hint}…</code>
          </span>
          <State credential={credential} />
        </p>
        <p className="text-soft">
          {t("credentials.madeAt", { time: moment(created_at) })}
          {good && valid_until && `, ${t("credentials.until", { time: moment(valid_until) })}`}
        </p>
        {good && (
          <p className="text-soft">
            {t("credentials.login")} <code className="font-mono">{login}</code>
          </p>
        )}
      </div>
      {mayChange && good && (
        <Button size="sm" variant="ghost" onClick={() => setAsking(true)} aria-label={`${t("credentials.revoke")}: ${hint}`}>
          {t("credentials.revoke")}
        </Button>
      )}
      <Confirm
        open={asking}
        title={t("credentials.revokeTitle")}
        text={t("credentials.revokeText")}
        action={t("credentials.revoke")}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate(id, { onSuccess: () => setAsking(false) })}
        onCancel={() => setAsking(false)}
      />
    </li>
  );
}

function State({ credential }: { credential: Credential }) {
  const { t } = useTranslation();
  if (credential.revoked_at) return <Badge>{t("credentials.revoked")}</Badge>;
  if (!isGood(credential)) return <Badge>{t("credentials.ended")}</Badge>;
  return credential.valid_until ? <Badge tone="warn">{t("credentials.ending")}</Badge> : <Badge tone="good">{t("credentials.good")}</Badge>;
}

function isGood({ revoked_at, valid_until }: Credential): boolean {
  return !revoked_at && (!valid_until || Date.parse(valid_until) > Date.now());
}
