import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { KeyRow } from "@/components/access/key-row";
import { ConfirmButton } from "@/components/confirm-button";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import type { User } from "@/queries/use-users";
import { useAccount, useResetFactor, useRevokeTheirKey } from "./api/use-account";

/** What somebody signs in with: the password, the second factor, the keys of their scripts. */
export function AccessCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const account = useAccount(user.id);
  const revoke = useRevokeTheirKey(user.id);
  const mayChange = useMayChange();
  const run = (id: string, done: () => void) => revoke.mutate(id, { onSuccess: done });
  return (
    <Card>
      <CardHeader title={t("users.access")} />
      {account.isPending && <SkeletonRows count={3} />}
      {account.isError && <LoadFailed error={account.error} retry={() => void account.refetch()} />}
      {account.data && (
        <>
          <Facts>
            <Fact label={t("profile.password")}>
              {account.data.password_changed_at ? t("users.passwordSince", { time: moment(account.data.password_changed_at) }) : t("users.noPassword")}
            </Fact>
            <Fact label={t("profile.factor")}>
              <span className="flex items-center justify-between gap-3">
                <Badge tone={account.data.second_factor ? "good" : "plain"}>{t(account.data.second_factor ? "users.factorOn" : "users.factorOff")}</Badge>
                {mayChange && account.data.second_factor && <ResetFactor user={user} />}
              </span>
            </Fact>
            <Fact label={t("profile.keys")}>{account.data.api_keys.length || t("users.noKeys")}</Fact>
          </Facts>
          <ul className="divide-y border-t empty:hidden">
            {account.data.api_keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} revoke={mayChange ? { busy: revoke.isPending, run } : undefined} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function ResetFactor({ user: { id, name } }: { user: User }) {
  const { t } = useTranslation();
  const reset = useResetFactor(id);
  return (
    <ConfirmButton
      action={t("users.resetFactor")}
      title={t("users.resetFactorTitle", { name })}
      text={t("users.resetFactorText")}
      busy={reset.isPending}
      onConfirm={() => reset.mutate(undefined, { onSuccess: () => void toast.success(t("users.factorReset", { name })) })}
    />
  );
}
