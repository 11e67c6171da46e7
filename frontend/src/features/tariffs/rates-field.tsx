import { ArrowUp, Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { newRate, NEW_WINDOW, type TariffValues } from "./tariff-form";
import { WindowField } from "./window-field";

interface RatesFieldProps {
  name: "rates" | "feed_in";
  title: string;
  text: string;
  least: number;
}

/** Prices in their order: of those that fit a moment the first counts. */
export function RatesField({ name, title, text, least }: RatesFieldProps) {
  const { t } = useTranslation();
  const { control } = useFormContext<TariffValues>();
  const { fields, append, remove, move } = useFieldArray({ control, name });
  return (
    <fieldset className="grid min-w-0 gap-3 sm:col-span-2">
      <legend className="mb-1 text-sm font-medium">{title}</legend>
      <p className="text-sm text-soft">{text}</p>
      {fields.map(({ id }, at) => (
        <RateField
          key={id}
          path={`${name}.${at}`}
          onUp={at > 0 ? () => move(at, at - 1) : null}
          onRemove={fields.length > least ? () => remove(at) : null}
        />
      ))}
      <Button size="sm" className="justify-self-start" onClick={() => append(newRate(fields.length === 0 ? t("tariffs.rateName") : ""))}>
        <Plus />
        {t("tariffs.addRate")}
      </Button>
    </fieldset>
  );
}

interface RateFieldProps {
  path: `${RatesFieldProps["name"]}.${number}`;
  onUp: (() => void) | null;
  onRemove: (() => void) | null;
}

function RateField({ path, onUp, onRemove }: RateFieldProps) {
  const { t } = useTranslation();
  const { register, control, getFieldState, formState } = useFormContext<TariffValues>();
  const { fields, append, remove } = useFieldArray({ control, name: `${path}.windows` });
  const wrong = (field: "name" | "price") => getFieldState(`${path}.${field}`, formState).invalid;
  return (
    <div className="grid gap-3 rounded-lg border p-3">
      <div className="grid grid-cols-[1fr_auto] items-end gap-3 sm:grid-cols-[1fr_9rem_auto]">
        <Field label={t("tariffs.rate")} error={wrong("name") ? t("error.required") : undefined} className="col-span-2 sm:col-span-1">
          {(wiring) => <Input autoComplete="off" {...wiring} {...register(`${path}.name`)} />}
        </Field>
        <Field label={t("tariffs.perKwh")} error={wrong("price") ? t("tariffs.numberError") : undefined}>
          {(wiring) => <Input inputMode="decimal" autoComplete="off" {...wiring} {...register(`${path}.price`)} />}
        </Field>
        <div className="flex gap-1">
          <Button variant="ghost" size="icon" aria-label={t("tariffs.up")} disabled={!onUp} onClick={() => onUp?.()}>
            <ArrowUp />
          </Button>
          <Button variant="ghost" size="icon" aria-label={t("tariffs.removeRate")} disabled={!onRemove} onClick={() => onRemove?.()}>
            <Trash2 />
          </Button>
        </div>
      </div>
      {fields.length === 0 && <p className="text-sm text-soft">{t("tariffs.noWindows")}</p>}
      {fields.map(({ id }, at) => (
        <WindowField key={id} path={`${path}.windows.${at}`} onRemove={() => remove(at)} />
      ))}
      <Button variant="ghost" size="sm" className="-ml-2 justify-self-start" onClick={() => append(NEW_WINDOW)}>
        <Plus />
        {t("tariffs.addWindow")}
      </Button>
    </div>
  );
}
