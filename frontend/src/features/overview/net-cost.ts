import type { Schemas } from "@/api/client";

interface NetCost {
  currency: string;
  soFar: number;
  expected: number | null;
}

/** What consumption costs, less what feed-in earns. Null: no tariff applies, or several currencies. */
export function netCost(series: readonly Schemas["Forecast"][]): NetCost | null {
  const priced = series.flatMap(({ cost, currency }) => (cost && currency ? [{ ...cost, currency }] : []));
  const currency = priced[0]?.currency;
  if (!currency || priced.some((each) => each.currency !== currency)) return null;
  const isKnown = priced.every(({ expected }) => expected !== null);
  return {
    currency,
    soFar: priced.reduce((sum, { so_far }) => sum + so_far, 0),
    expected: isKnown ? priced.reduce((sum, { expected }) => sum + (expected ?? 0), 0) : null,
  };
}
