import type { UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Field } from "@/components/ui/field";
import { Input, Select } from "@/components/ui/input";
import { SEVERITIES, type AlertKind } from "@/lib/alerts";
import { useFormat } from "@/lib/use-format";
import { AMOUNTS, type Amount } from "./amounts";
import { COOLDOWN, ESCALATION, type RuleValues } from "./rule-form";

interface RuleFieldsProps {
  kind: AlertKind;
  form: UseFormReturn<RuleValues>;
}

export function RuleFields({ kind, form }: RuleFieldsProps) {
  const { t } = useTranslation();
  const { register, formState } = form;
  const { errors } = formState;
  const between = useBetween();
  return (
    <>
      <label className="flex items-center gap-2 text-sm font-medium">
        <input type="checkbox" className="size-4 accent-accent" {...register("enabled")} />
        {t("rules.watch")}
      </label>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {AMOUNTS[kind].map((amount) => (
          <Field key={amount.name} label={t(`rules.${amount.name}`)} error={errors.amounts?.[amount.name] && between(amount)}>
            {(wiring) => <Input inputMode="decimal" {...wiring} {...register(`amounts.${amount.name}`)} />}
          </Field>
        ))}
        <Field label={t("rules.severity")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("severity")}>
              {SEVERITIES.map((severity) => (
                <option key={severity} value={severity}>
                  {t(`severity.${severity}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("rules.cooldown")} error={errors.cooldown && between(COOLDOWN)}>
          {(wiring) => <Input inputMode="numeric" {...wiring} {...register("cooldown")} />}
        </Field>
        <Field label={t("rules.escalate")} hint={t("rules.escalateHint")} error={errors.escalate && between(ESCALATION)}>
          {(wiring) => <Input inputMode="numeric" {...wiring} {...register("escalate")} />}
        </Field>
      </div>
      <Quiet form={form} />
    </>
  );
}

function Quiet({ form: { register, watch } }: { form: UseFormReturn<RuleValues> }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-2">
      <label className="flex items-center gap-2 text-sm font-medium">
        <input type="checkbox" className="size-4 accent-accent" {...register("quiet")} />
        {t("rules.quiet")}
      </label>
      {watch("quiet") && (
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <Input type="time" aria-label={t("rules.quietStart")} className="w-32" {...register("quietStart")} />
          <span aria-hidden>–</span>
          <Input type="time" aria-label={t("rules.quietEnd")} className="w-32" {...register("quietEnd")} />
          <span className="text-soft">{t("rules.quietHint")}</span>
        </div>
      )}
    </div>
  );
}

function useBetween() {
  const { t } = useTranslation();
  const { number } = useFormat();
  return ({ least, most }: Pick<Amount, "least" | "most">) => t("error.between", { least: number(least, 3), most: number(most, 3) });
}
