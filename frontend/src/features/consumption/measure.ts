import { useMemo } from "react";

import { useFormat } from "@/lib/use-format";
import type { UsagePeriod } from "@/queries/use-usage";

/** In what the bars are measured. */
export interface Measure {
  unit: string;
  valueOf: (period: UsagePeriod) => number | null;
  write: (value: number | null | undefined) => string;
}

export function useMeasure(): Measure {
  const { kwh } = useFormat();
  return useMemo(() => ({ unit: "kWh", valueOf: ({ energy_kwh }) => energy_kwh, write: kwh }), [kwh]);
}
