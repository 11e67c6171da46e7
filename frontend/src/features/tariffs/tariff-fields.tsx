import type { ReactNode } from "react";
import { FormProvider, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useValidForm } from "@/lib/form";
import { RatesField } from "./rates-field";
import { tariffSchema, type TariffValues } from "./tariff-form";

interface TariffFormProps {
  values: TariffValues;
  action: string;
  busy: boolean;
  onSubmit: (values: TariffValues) => void;
  onCancel: () => void;
  /** The fields that are shown; the others stay as they are. */
  children: ReactNode;
}

export function TariffForm({ values, action, busy, onSubmit, onCancel, children }: TariffFormProps) {
  const { t } = useTranslation();
  const form = useValidForm(tariffSchema, values);
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => void form.handleSubmit(onSubmit)(event)} className="grid gap-4 sm:grid-cols-2">
        {children}
        <div className="sm:col-span-2">
          <DialogActions>
            <Button onClick={onCancel}>{t("action.cancel")}</Button>
            <Button type="submit" variant="primary" busy={busy}>
              {action}
            </Button>
          </DialogActions>
        </div>
      </form>
    </FormProvider>
  );
}

export function HeadFields() {
  const { t } = useTranslation();
  const { register, formState } = useFormContext<TariffValues>();
  const { errors } = formState;
  return (
    <>
      <Field label={t("tariffs.name")} error={errors.name && t("error.required")}>
        {(wiring) => <Input autoFocus autoComplete="off" {...wiring} {...register("name")} />}
      </Field>
      <Field label={t("tariffs.currency")} error={errors.currency && t("tariffs.currencyError")}>
        {(wiring) => <Input maxLength={3} autoCapitalize="characters" autoComplete="off" {...wiring} {...register("currency")} />}
      </Field>
    </>
  );
}

export function TermsFields() {
  const { t } = useTranslation();
  const { register, formState } = useFormContext<TariffValues>();
  const { errors } = formState;
  return (
    <>
      <Field label={t("tariffs.validFrom")} hint={t("tariffs.validFromHint")} error={errors.valid_from && t("error.required")}>
        {(wiring) => <Input type="date" {...wiring} {...register("valid_from")} />}
      </Field>
      <Field label={t("tariffs.standing")} hint={t("tariffs.standingHint")} error={errors.standing && t("tariffs.numberError")}>
        {(wiring) => <Input inputMode="decimal" autoComplete="off" {...wiring} {...register("standing")} />}
      </Field>
      <RatesField name="rates" title={t("tariffs.prices")} text={t("tariffs.pricesText")} least={1} />
      <RatesField name="feed_in" title={t("tariffs.feedIn")} text={t("tariffs.feedInText")} least={0} />
    </>
  );
}
