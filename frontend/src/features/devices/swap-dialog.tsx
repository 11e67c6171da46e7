import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { localIn } from "@/lib/dates";
import { decimalOf } from "@/lib/decimal";
import { useValidForm, z } from "@/lib/form";
import { useFormat } from "@/lib/use-format";
import { instantOf } from "@/lib/wall-clock";
import type { Device } from "@/queries/use-devices";
import { useLatestReading } from "@/queries/use-latest-reading";
import { useSwapMeter } from "./api/use-swap-meter";

const value = z.string().check(z.refine((text) => decimalOf(text) >= 0));
const schema = z.object({
  at: z.string().check(z.minLength(1)),
  last: value,
  first: value,
  reason: z.string().check(z.trim(), z.minLength(3)),
});

type Values = z.infer<typeof schema>;

interface SwapDialogProps {
  device: Device;
  onClose: () => void;
}

/** Another counter has taken the place of this one: where the old register ended, and where the new one began. */
export function SwapDialog({ device, onClose }: SwapDialogProps) {
  const [draft, setDraft] = useState<Values>({ at: localIn(device.time_zone), last: "", first: "0", reason: "" });
  const [asking, setAsking] = useState(false);
  const ask = (values: Values) => {
    setDraft(values);
    setAsking(true);
  };
  if (asking) return <ConfirmSwap device={device} swap={draft} onCancel={() => setAsking(false)} onDone={onClose} />;
  return <SwapForm device={device} draft={draft} onSubmit={ask} onClose={onClose} />;
}

function SwapForm({ device, draft, onSubmit, onClose }: SwapDialogProps & { draft: Values; onSubmit: (values: Values) => void }) {
  const { t } = useTranslation();
  const { moment, number } = useFormat();
  const latest = useLatestReading(device.id).data;
  const zone = device.time_zone;
  const { register, handleSubmit, formState } = useValidForm(schema, draft);
  const { errors } = formState;
  return (
    <Dialog open onClose={onClose} title={t("swap.title", { name: device.name })} description={t("swap.text")}>
      <form noValidate onSubmit={(event) => void handleSubmit(onSubmit)(event)} className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t("swap.at")}
          hint={t("swap.zone", { zone })}
          error={errors.at && t("error.required")}
          className="sm:col-span-2"
        >
          {(wiring) => <Input type="datetime-local" max={localIn(zone)} {...wiring} {...register("at")} />}
        </Field>
        <Field
          label={t("swap.last")}
          hint={latest ? t("swap.latest", { value: number(latest.value, 3), time: moment(latest.time, zone) }) : undefined}
          error={errors.last && t("swap.notNegative")}
        >
          {(wiring) => <Input autoFocus inputMode="decimal" autoComplete="off" {...wiring} {...register("last")} />}
        </Field>
        <Field label={t("swap.first")} error={errors.first && t("swap.notNegative")}>
          {(wiring) => <Input inputMode="decimal" autoComplete="off" {...wiring} {...register("first")} />}
        </Field>
        <Field label={t("swap.reason")} hint={t("swap.reasonHint")} error={errors.reason && t("error.short", { count: 3 })} className="sm:col-span-2">
          {(wiring) => <Textarea {...wiring} {...register("reason")} />}
        </Field>
        <div className="sm:col-span-2">
          <DialogActions>
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button type="submit" variant="primary">
              {t("swap.continue")}
            </Button>
          </DialogActions>
        </div>
      </form>
    </Dialog>
  );
}

interface ConfirmSwapProps {
  device: Device;
  swap: Values;
  onCancel: () => void;
  onDone: () => void;
}

function ConfirmSwap({ device, swap: { at, last, first, reason }, onCancel, onDone }: ConfirmSwapProps) {
  const { t } = useTranslation();
  const { moment, number } = useFormat();
  const swap = useSwapMeter();
  const body = {
    kind: "meter_swap",
    device_id: device.id,
    at: instantOf(at, device.time_zone).toISOString(),
    last_value: decimalOf(last),
    first_value: decimalOf(first),
    reason,
  } as const;
  const done = () => {
    toast.success(t("swap.done", { name: device.name }));
    onDone();
  };
  return (
    <Confirm
      open
      title={t("swap.confirmTitle", { name: device.name })}
      text={t("swap.confirmText", {
        time: moment(body.at, device.time_zone),
        last: number(body.last_value, 3),
        first: number(body.first_value, 3),
      })}
      action={t("swap.open")}
      busy={swap.isPending}
      onConfirm={() => swap.mutate(body, { onSuccess: done })}
      onCancel={onCancel}
    />
  );
}
