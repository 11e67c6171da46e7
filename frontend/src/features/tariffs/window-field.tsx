import { X } from "lucide-react";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Chips } from "@/components/ui/chips";
import { Select } from "@/components/ui/input";
import { useLocale } from "@/lib/use-format";
import type { TariffValues } from "./tariff-form";
import { dayName, monthName, MONTHS, WEEK } from "./window-text";

const QUARTERS = Array.from({ length: 97 }, (_, quarter) => {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
});

interface WindowFieldProps {
  path: `${"rates" | "feed_in"}.${number}.windows.${number}`;
  onRemove: () => void;
}

/** From when until when, on which days, in which months; over midnight where it ends before it begins. */
export function WindowField({ path, onRemove }: WindowFieldProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { register, control } = useFormContext<TariffValues>();
  return (
    <div role="group" aria-label={t("tariffs.window")} className="grid gap-2 rounded-lg bg-sunken p-3">
      <div className="flex items-center gap-2 text-sm">
        <Select aria-label={t("tariffs.windowFrom")} {...register(`${path}.from`)}>
          {QUARTERS.slice(0, -1).map((clock) => (
            <option key={clock}>{clock}</option>
          ))}
        </Select>
        –
        <Select aria-label={t("tariffs.windowTo")} {...register(`${path}.to`)}>
          {QUARTERS.slice(1).map((clock) => (
            <option key={clock}>{clock}</option>
          ))}
        </Select>
        <Button variant="ghost" size="iconSm" className="ml-auto" aria-label={t("tariffs.removeWindow")} onClick={onRemove}>
          <X />
        </Button>
      </div>
      <Controller
        control={control}
        name={`${path}.days`}
        render={({ field: { value, onChange } }) => (
          <Chips
            label={t("tariffs.days")}
            className="max-w-80 grid-cols-7"
            chosen={value}
            options={WEEK.map((day, at) => ({ value: day, label: dayName(locale, at) }))}
            onChange={onChange}
          />
        )}
      />
      <Controller
        control={control}
        name={`${path}.months`}
        render={({ field: { value, onChange } }) => (
          <Chips
            label={t("tariffs.months")}
            className="grid-cols-6 sm:grid-cols-12"
            chosen={value.map(String)}
            options={MONTHS.map((month) => ({ value: String(month), label: monthName(locale, month) }))}
            onChange={(months) => onChange(months.map(Number))}
          />
        )}
      />
    </div>
  );
}
