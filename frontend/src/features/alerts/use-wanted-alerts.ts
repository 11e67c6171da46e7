import { useSearch } from "@/lib/use-search";

export const STATES = ["raised", "acknowledged", "cleared"] as const;
export const KINDS = ["hourly_limit", "power_limit", "daily_budget", "monthly_budget", "offline", "unusual_use"] as const;
export const SEVERITIES = ["info", "warning", "critical"] as const;

export interface Wanted {
  state: (typeof STATES)[number];
  kind: (typeof KINDS)[number] | undefined;
  severity: (typeof SEVERITIES)[number] | undefined;
  device: number | undefined;
}

/** Which alerts are shown, as the address says. */
export function useWantedAlerts() {
  const [search, set] = useSearch();
  const one = <Value extends string>(values: readonly Value[], name: string) => values.find((value) => value === search.get(name));
  const wanted: Wanted = {
    state: one(STATES, "state") ?? "raised",
    kind: one(KINDS, "kind"),
    severity: one(SEVERITIES, "severity"),
    device: Number(search.get("device")) || undefined,
  };
  const isNarrow = !!(wanted.kind ?? wanted.severity ?? wanted.device);
  return { wanted, isNarrow, offset: Number(search.get("offset")) || 0, set };
}
