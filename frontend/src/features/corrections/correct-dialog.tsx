import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Select, Textarea } from "@/components/ui/input";
import { useValidForm } from "@/lib/form";
import type { Device } from "@/queries/use-devices";
import { useCorrect } from "./api/use-correct";
import { BLANK, bodyOf, KINDS, METHODS, schema } from "./correction-form";
import { DevicePick } from "./device-pick";

interface CorrectDialogProps {
  /** Where it is known which device is meant. */
  device?: Device | undefined;
  onClose: () => void;
}

export function CorrectDialog({ device: known, onClose }: CorrectDialogProps) {
  const { t } = useTranslation();
  const [picked, setPicked] = useState<Device | null>(null);
  const device = picked ?? known ?? null;
  const title = device ? t("corrections.of", { name: device.name }) : t("corrections.new");
  return (
    <Dialog open onClose={onClose} title={title} description={t("corrections.kept")}>
      {device ? <CorrectionForm device={device} onClose={onClose} /> : <DevicePick onPick={setPicked} />}
    </Dialog>
  );
}

function CorrectionForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const correct = useCorrect();
  const { register, handleSubmit, watch, formState } = useValidForm(schema, BLANK);
  const { errors } = formState;
  const kind = watch("kind");
  const done = () => {
    toast.success(t("corrections.made"));
    onClose();
  };
  const submit = handleSubmit((values) => correct.mutate(bodyOf(values, device), { onSuccess: done }));
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 sm:grid-cols-2">
      <Field label={t("corrections.kind")} hint={t(`correctionHint.${kind}`)} className="sm:col-span-2">
        {(wiring) => (
          <Select className="w-full" {...wiring} {...register("kind")}>
            {KINDS.map((value) => (
              <option key={value} value={value}>
                {t(`correction.${value}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("corrections.since")} error={errors.since && t("error.required")} hint={device.time_zone}>
        {(wiring) => <Input type="datetime-local" {...wiring} {...register("since")} />}
      </Field>
      <Field label={t("corrections.until")} error={errors.until && t("corrections.later")} hint={t("corrections.untilHint")}>
        {(wiring) => <Input type="datetime-local" {...wiring} {...register("until")} />}
      </Field>
      {kind === "estimate" && (
        <Field label={t("corrections.method")} className="sm:col-span-2">
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("method")}>
              {METHODS.map((value) => (
                <option key={value} value={value}>
                  {t(`correctionMethod.${value}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {kind === "replace" && (
        <Field
          label={t("corrections.readings")}
          error={errors.readings && t("corrections.readingsWrong")}
          hint={t("corrections.readingsHint")}
          className="sm:col-span-2"
        >
          {(wiring) => <Textarea rows={5} placeholder="2026-11-23 16:15  0.42" {...wiring} {...register("readings")} />}
        </Field>
      )}
      <Field label={t("corrections.reason")} error={errors.reason && t("error.short", { count: 3 })} className="sm:col-span-2">
        {(wiring) => <Textarea {...wiring} {...register("reason")} />}
      </Field>
      <div className="sm:col-span-2">
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={correct.isPending}>
            {t("corrections.correct")}
          </Button>
        </DialogActions>
      </div>
    </form>
  );
}
