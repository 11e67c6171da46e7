import type { Control, FieldErrors, UseFormRegister } from "react-hook-form";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { localIn } from "@/lib/dates";
import type { Device } from "@/queries/use-devices";
import type { Values } from "./device-form";

interface MeteringFieldsProps {
  device: Device | null;
  register: UseFormRegister<Values>;
  control: Control<Values>;
  errors: FieldErrors<Values>;
}

/** How its readings are judged: what is a gap, what no meter can have measured, where a register begins anew. */
export function MeteringFields({ device, register, control, errors }: MeteringFieldsProps) {
  const { t } = useTranslation();
  const [kind, zone] = useWatch({ control, name: ["kind", "time_zone"] });
  return (
    <fieldset className="grid gap-4 rounded-lg border p-4 sm:col-span-2 sm:grid-cols-2">
      <legend className="px-1 text-sm font-medium">{t("metering.title")}</legend>
      <Field label={t("metering.interval")} error={errors.intervalS && t("error.positive")}>
        {(wiring) => <Input inputMode="numeric" {...wiring} {...register("intervalS")} />}
      </Field>
      <Field
        label={t("metering.gap")}
        error={errors.gapHours && t("metering.gapWrong")}
        hint={device ? t("metering.gapHint") : t("metering.gapEmpty")}
      >
        {(wiring) => <Input inputMode="decimal" {...wiring} {...register("gapHours")} />}
      </Field>
      <Field label={t("metering.power")} error={errors.powerKw && t("error.positive")} hint={t("metering.powerHint")}>
        {(wiring) => <Input inputMode="decimal" {...wiring} {...register("powerKw")} />}
      </Field>
      {kind === "counter" && (
        <Field label={t("metering.modulus")} error={errors.modulus && t("error.positive")} hint={t("metering.modulusHint")}>
          {(wiring) => <Input inputMode="decimal" {...wiring} {...register("modulus")} />}
        </Field>
      )}
      {device && (
        <Field label={t("metering.since")} hint={t("metering.sinceHint", { zone })} className="sm:col-span-2">
          {(wiring) => <Input type="datetime-local" max={localIn(zone)} {...wiring} {...register("since")} />}
        </Field>
      )}
    </fieldset>
  );
}
