import { useTranslation } from "react-i18next";

import { useFormat, useLocale } from "@/lib/use-format";
import type { Rate } from "./api/use-tariffs";
import { windowText } from "./window-text";

/** Prices of a kilowatt-hour and when they apply; of several the first that fits. */
export function RateList({ rates, currency }: { rates: readonly Rate[]; currency: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { price } = useFormat();
  const whenText = (rate: Rate, at: number) => {
    const bands = rate.windows.map((window) => windowText(window, locale) || t("tariffs.always"));
    if (bands.length > 0) return bands.join("; ");
    return at === 0 ? t("tariffs.always") : t("tariffs.otherwise");
  };
  return (
    <dl className="grid gap-1.5 text-sm">
      {rates.map((rate, at) => (
        <div key={`${at}-${rate.name}`} className="flex justify-between gap-4">
          <dt className="min-w-0">
            {rate.name} <span className="block text-soft">{whenText(rate, at)}</span>
          </dt>
          <dd className="whitespace-nowrap tabular-nums">{t("profile.perKwh", { price: price(rate.price, currency) })}</dd>
        </div>
      ))}
    </dl>
  );
}
