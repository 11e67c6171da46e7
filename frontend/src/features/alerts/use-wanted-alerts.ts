import { ALERT_KINDS, SEVERITIES, type AlertKind, type Severity } from "@/lib/alerts";
import { useSearch } from "@/lib/use-search";

export const STATES = ["raised", "acknowledged", "cleared"] as const;

export interface Wanted {
  state: (typeof STATES)[number];
  kind: AlertKind | undefined;
  severity: Severity | undefined;
  device: number | undefined;
}

/** Which alerts are shown, as the address says. */
export function useWantedAlerts() {
  const [search, set] = useSearch();
  const one = <Value extends string>(values: readonly Value[], name: string) => values.find((value) => value === search.get(name));
  const wanted: Wanted = {
    state: one(STATES, "state") ?? "raised",
    kind: one(ALERT_KINDS, "kind"),
    severity: one(SEVERITIES, "severity"),
    device: Number(search.get("device")) || undefined,
  };
  const isNarrow = !!(wanted.kind ?? wanted.severity ?? wanted.device);
  return { wanted, isNarrow, set };
}
