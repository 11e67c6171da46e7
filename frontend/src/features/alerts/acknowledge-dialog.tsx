import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { AlertText } from "@/components/alert-text";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import type { Alert } from "@/queries/use-alerts";
import { useAcknowledge } from "./api/use-acknowledge";

const schema = z.object({ note: z.string().check(z.maxLength(2000)) });

export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t } = useTranslation();
  const acknowledge = useAcknowledge();
  const { register, handleSubmit } = useValidForm(schema, { note: "" });
  const submit = handleSubmit(({ note }) =>
    acknowledge.mutate(
      { id: alert.id, version: alert.version, note },
      {
        onSuccess: () => {
          toast.success(t("alerts.done"));
          onClose();
        },
      },
    ),
  );
  return (
    <Dialog open onClose={onClose} title={t("alerts.acknowledgeTitle")}>
      <p className="mb-4 text-sm">
        <span className="font-medium">{alert.device_name}.</span> <AlertText alert={alert} />
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <Field label={t("alerts.note")} hint={t("alerts.noteHint")}>
          {(wiring) => <Textarea autoFocus {...wiring} {...register("note")} />}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={acknowledge.isPending}>
            {t("alerts.acknowledge")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
