import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import QrCode from "@/components/qr-code";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Copyable } from "@/components/ui/copyable";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useConfirmFactor } from "./api/use-confirm-factor";
import { useEnrol } from "./api/use-enrol";
import { useFactor } from "./api/use-factor";
import { useRemoveFactor } from "./api/use-remove-factor";
import { useRenewCodes } from "./api/use-renew-codes";
import { OneFieldForm } from "./one-field-form";
import { ProofForm } from "./proof-form";
import { RecoveryCodes } from "./recovery-codes";

export function FactorCard() {
  const { t } = useTranslation();
  const factor = useFactor();
  // What was begun goes on to its end: the recovery codes are shown when the factor is on already.
  const [doing, setDoing] = useState<"enrol" | "renew" | "remove" | null>(null);
  const enabled = factor.data?.enabled ?? false;
  const close = () => setDoing(null);
  return (
    <Card>
      <CardHeader
        title={t("profile.factor")}
        actions={
          <>
            {enabled && (
              <Button size="sm" onClick={() => setDoing("renew")}>
                {t("profile.newCodes")}
              </Button>
            )}
            <Button size="sm" disabled={!factor.data} onClick={() => setDoing(enabled ? "remove" : "enrol")}>
              {enabled ? t("profile.factorRemove") : t("profile.factorEnable")}
            </Button>
          </>
        }
      >
        {factor.isPending && <Skeleton className="mt-1 h-4 w-48" />}
        {factor.data && (enabled ? t("profile.factorOn", { count: factor.data.recovery_codes_left }) : t("profile.factorOff"))}
      </CardHeader>
      {doing === "remove" && <Remove onClose={close} />}
      {doing === "renew" && <Renew onClose={close} />}
      {doing === "enrol" && <Enrol onClose={close} />}
    </Card>
  );
}

function Remove({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useRemoveFactor();
  const done = () => {
    toast.success(t("profile.factorRemoved"));
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t("profile.factorRemove")}>
      <ProofForm
        action={t("profile.factorRemove")}
        busy={remove.isPending}
        onSubmit={(proof) => remove.mutate(proof, { onSuccess: done })}
      />
    </Dialog>
  );
}

function Renew({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const renew = useRenewCodes();
  return renew.data ? (
    <Dialog open onClose={onClose} title={t("profile.factorCodes")}>
      <RecoveryCodes codes={renew.data.recovery_codes} onClose={onClose} />
    </Dialog>
  ) : (
    <Dialog open onClose={onClose} title={t("profile.newCodes")} description={t("profile.newCodesText")}>
      <ProofForm action={t("profile.newCodes")} busy={renew.isPending} onSubmit={(proof) => renew.mutate(proof)} />
    </Dialog>
  );
}

/** Password, then the code of the app, then the recovery codes. */
function Enrol({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const enrol = useEnrol();
  const confirm = useConfirmFactor();
  return (
    <Dialog open onClose={onClose} title={t("profile.factor")}>
      {confirm.data ? (
        <RecoveryCodes codes={confirm.data.recovery_codes} onClose={onClose} />
      ) : enrol.data ? (
        <div className="grid gap-4">
          <p className="text-sm">{t("profile.factorScan")}</p>
          <QrCode text={enrol.data.uri} label={t("profile.factorSecret")} />
          <Copyable text={enrol.data.secret} label={t("profile.factorSecret")} />
          <OneFieldForm
            key="code"
            label={t("signIn.code")}
            autoComplete="one-time-code"
            action={t("profile.factorConfirm")}
            busy={confirm.isPending}
            onSubmit={(code) => confirm.mutate(code)}
          />
        </div>
      ) : (
        <OneFieldForm
          key="password"
          label={t("profile.factorPassword")}
          type="password"
          autoComplete="current-password"
          action={t("profile.continue")}
          busy={enrol.isPending}
          onSubmit={(password) => enrol.mutate(password)}
        />
      )}
    </Dialog>
  );
}
