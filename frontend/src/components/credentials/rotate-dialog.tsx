import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/input";
import { useRotateCredentials, type Holder } from "@/queries/use-credentials";

const HOUR_S = 3600;
const OVERLAPS = [
  { seconds: 0, label: "credentials.atOnce" },
  { seconds: HOUR_S, label: "credentials.afterHour" },
  { seconds: 24 * HOUR_S, label: "credentials.afterDay" },
  { seconds: 7 * 24 * HOUR_S, label: "credentials.afterWeek" },
] as const;

interface RotateDialogProps {
  holder: Holder;
  onClose: () => void;
  onIssued: (credential: string) => void;
}

/** A new credential in place of those there are, which go on for as long as it takes to bring the new one there. */
export function RotateDialog({ holder, onClose, onIssued }: RotateDialogProps) {
  const { t } = useTranslation();
  const rotate = useRotateCredentials(holder);
  const [overlap, setOverlap] = useState<number>(24 * HOUR_S);
  const done = ({ credential }: { credential: string }) => {
    onClose();
    onIssued(credential);
  };
  return (
    <Dialog open onClose={onClose} title={t("credentials.rotateTitle")} description={t("credentials.rotateText")}>
      <Field label={t("credentials.oldEnd")}>
        {(wiring) => (
          <Select className="w-full" value={overlap} onChange={(event) => setOverlap(Number(event.target.value))} {...wiring}>
            {OVERLAPS.map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {t(label)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" busy={rotate.isPending} onClick={() => rotate.mutate({ overlap_s: overlap }, { onSuccess: done })}>
          {t("credentials.rotate")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
