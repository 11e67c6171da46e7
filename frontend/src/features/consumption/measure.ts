import { useMemo } from "react";

import { useFormat } from "@/lib/use-format";
import type { UsageSeries } from "@/queries/use-usage";

/** In what the bars are measured: in energy, or in money where a tariff applies. */
export interface Measure {
  unit: string;
  /** One for each period. */
  valuesOf: (series: UsageSeries) => readonly (number | null)[];
  totalOf: (series: UsageSeries) => number | null;
  write: (value: number | null | undefined) => string;
}

export function useMeasure(wanted: "energy" | "cost", currency: string | undefined): Measure {
  const { kwh, money } = useFormat();
  return useMemo((): Measure => {
    if (wanted === "cost" && currency) return inMoney(currency, (value) => money(value, currency));
    return {
      unit: "kWh",
      valuesOf: ({ periods }) => periods.map(({ energy_kwh }) => energy_kwh),
      totalOf: ({ total }) => total.energy_kwh,
      write: kwh,
    };
  }, [wanted, currency, kwh, money]);
}

function inMoney(currency: string, write: Measure["write"]): Measure {
  return {
    unit: currency,
    valuesOf: ({ bill, periods }) => bill?.costs ?? periods.map(() => null),
    totalOf: ({ bill }) => bill?.total ?? null,
    write,
  };
}
