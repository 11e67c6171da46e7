import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import QrCode from "@/components/qr-code";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Copyable } from "@/components/ui/copyable";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useConfirmFactor } from "./api/use-confirm-factor";
import { useEnrol } from "./api/use-enrol";
import { useFactor } from "./api/use-factor";
import { useRemoveFactor } from "./api/use-remove-factor";
import { OneFieldForm } from "./one-field-form";
import { RemoveFactorForm } from "./remove-factor-form";

export function FactorCard() {
  const { t } = useTranslation();
  const factor = useFactor();
  // What was begun goes on to its end: the recovery codes are shown when the factor is on already.
  const [doing, setDoing] = useState<"enrol" | "remove" | null>(null);
  const enabled = factor.data?.enabled ?? false;
  const close = () => setDoing(null);
  return (
    <Card>
      <CardHeader
        title={t("profile.factor")}
        actions={
          <Button size="sm" disabled={!factor.data} onClick={() => setDoing(enabled ? "remove" : "enrol")}>
            {enabled ? t("profile.factorRemove") : t("profile.factorEnable")}
          </Button>
        }
      >
        {factor.isPending && <Skeleton className="mt-1 h-4 w-48" />}
        {factor.data && (enabled ? t("profile.factorOn", { count: factor.data.recovery_codes_left }) : t("profile.factorOff"))}
      </CardHeader>
      {doing === "remove" && <Remove onClose={close} />}
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
      <RemoveFactorForm busy={remove.isPending} onSubmit={(proof) => remove.mutate(proof, { onSuccess: done })} />
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

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="mb-3 text-sm">{t("profile.factorCodesText")}</p>
      <Copyable text={codes.join("\n")} label={t("profile.factorCodes")} />
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          {t("action.close")}
        </Button>
      </DialogActions>
    </>
  );
}
