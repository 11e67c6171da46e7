import { clockOf, dateOf, offsetOf } from "@/lib/format";
import { asUtc, type Range } from "@/lib/dates";
import type { UsagePeriod } from "@/queries/use-usage";

export type BarKind = "measured" | "estimated" | "over";

export interface Bar {
  energy: number | null;
  kind: BarKind;
  /** There is something to know about it. */
  marked: boolean;
  label: string;
  /** Unmistakable, also in the hour that comes twice. */
  title: string;
  period: UsagePeriod;
}

/** What the chart and the table show of periods. `limit` is for hours; null where there is none to compare with. */
export function barsOf(periods: readonly UsagePeriod[], range: Range, limit: number | null, language: string): Bar[] {
  const repeated = repeatedClocks(periods, range);
  return periods.map((period) => ({
    energy: period.energy_kwh,
    kind: kindOf(period, limit),
    marked: period.revision > 0 || period.quality.some((flag) => flag !== "estimated"),
    label: labelOf(period, range, language),
    title: titleOf(period, range, language, repeated.has(clockOf(period.start))),
    period,
  }));
}

function kindOf({ energy_kwh, quality }: UsagePeriod, limit: number | null): BarKind {
  if (limit !== null && energy_kwh !== null && energy_kwh > limit) return "over";
  return quality.includes("estimated") ? "estimated" : "measured";
}

function labelOf({ start }: UsagePeriod, range: Range, language: string): string {
  if (range === "day") return clockOf(start);
  const shapes: Record<Exclude<Range, "day">, Intl.DateTimeFormatOptions> = {
    week: { weekday: "short", day: "numeric" },
    month: { day: "numeric" },
    year: { month: "short" },
  };
  return new Intl.DateTimeFormat(language, { ...shapes[range], timeZone: "UTC" }).format(asUtc(dateOf(start)));
}

function titleOf({ start, end }: UsagePeriod, range: Range, language: string, repeated: boolean): string {
  if (range === "day") return `${clockOf(start)}–${clockOf(end)}${repeated ? ` (UTC${offsetOf(start)})` : ""}`;
  const shape: Intl.DateTimeFormatOptions =
    range === "year" ? { month: "long", year: "numeric" } : { weekday: "long", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(language, { ...shape, timeZone: "UTC" }).format(asUtc(dateOf(start)));
}

function repeatedClocks(periods: readonly UsagePeriod[], range: Range): ReadonlySet<string> {
  const clocks = range === "day" ? periods.map(({ start }) => clockOf(start)) : [];
  return new Set(clocks.filter((clock, index) => clocks.indexOf(clock) !== index));
}
