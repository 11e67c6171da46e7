import { clockOf, dateOf, offsetOf } from "@/lib/format";
import { asUtc, shifted, type CalendarDate } from "@/lib/dates";
import type { UsagePeriod } from "@/queries/use-usage";
import { daysBetween, type Grain } from "./calendar";

export type BarKind = "measured" | "estimated" | "over" | "gap";

export interface Bar {
  /** In the unit that is looked at; null: nothing is known. */
  value: number | null;
  kind: BarKind;
  /** There is something to know about it. */
  mark: "revised" | "note" | null;
  /** Its place on the axis; bars beside each other may share one. */
  label: string;
  /** Unmistakable, also in the hour that comes twice. */
  title: string;
  period: UsagePeriod;
}

export interface Naming {
  grain: Grain;
  language: string;
  /** The days that are looked at: what lies within one needs no date. */
  days: number;
}

/** What the chart and the table show of periods. `limit` is for hours; null where there is none to compare with. */
export function barsOf(
  periods: readonly UsagePeriod[],
  naming: Naming,
  limit: number | null,
  values: readonly (number | null)[] = periods.map(({ energy_kwh }) => energy_kwh),
): Bar[] {
  const label = labels(naming);
  const title = titles(naming, repeatedClocks(periods, naming));
  return periods.map((period, index) => ({
    value: values[index] ?? null,
    kind: kindOf(period, limit),
    mark: markOf(period),
    label: label(period),
    title: title(period),
    period,
  }));
}

function kindOf({ energy_kwh, quality, complete }: UsagePeriod, limit: number | null): BarKind {
  if (energy_kwh === null) return complete ? "gap" : "measured";
  if (limit !== null && energy_kwh > limit) return "over";
  return quality.includes("estimated") ? "estimated" : "measured";
}

function markOf({ quality, revision }: UsagePeriod): Bar["mark"] {
  if (quality.some((flag) => flag !== "estimated")) return "note";
  return revision > 0 ? "revised" : null;
}

const isClock = (grain: Grain) => grain === "slot" || grain === "hour";

function labels({ grain, language, days }: Naming): (period: UsagePeriod) => string {
  if (isClock(grain) && days <= 2) return ({ start }) => clockOf(start);
  const shape: Intl.DateTimeFormatOptions =
    days <= 7 ? { weekday: "short", day: "numeric" } : days <= 31 ? { day: "numeric" } : days <= 92 ? { day: "numeric", month: "short" } : { month: "short" };
  const format = new Intl.DateTimeFormat(language, { ...shape, timeZone: "UTC" });
  return byDate((date) => format.format(asUtc(date)));
}

function titles({ grain, language, days }: Naming, repeated: ReadonlySet<string>): (period: UsagePeriod) => string {
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  if (isClock(grain)) {
    const short = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    const named = byDate((date) => short.format(asUtc(date)));
    return (period) => {
      const clocks = clocksOf(period, repeated);
      return days <= 1 ? clocks : `${named(period)}, ${clocks}`;
    };
  }
  if (grain === "day") return byDate((date) => day.format(asUtc(date)));
  if (grain === "month") {
    const month = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
    return byDate((date) => month.format(asUtc(date)));
  }
  const week = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  return ({ start, end }) => week.formatRange(asUtc(dateOf(start)), asUtc(shifted(dateOf(end), "day", -1)));
}

function clocksOf({ start, end }: UsagePeriod, repeated: ReadonlySet<string>): string {
  const zone = repeated.has(start.slice(0, 16)) ? ` (UTC${offsetOf(start)})` : "";
  return `${clockOf(start)}–${clockOf(end)}${zone}`;
}

/** A date is written once, however many bars lie in it: a year has 8,760 hours. */
function byDate(write: (date: CalendarDate) => string): (period: UsagePeriod) => string {
  const written = new Map<CalendarDate, string>();
  return ({ start }) => {
    const date = dateOf(start);
    const known = written.get(date) ?? write(date);
    written.set(date, known);
    return known;
  };
}

function repeatedClocks(periods: readonly UsagePeriod[], { grain }: Naming): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  if (!isClock(grain)) return repeated;
  for (const { start } of periods) {
    const clock = start.slice(0, 16);
    if (seen.has(clock)) repeated.add(clock);
    seen.add(clock);
  }
  return repeated;
}

/**
 * The values of another time, each at its place: hours of days by the clock, so that days of 23 and 25 hours lie beside
 * others; the rest by number.
 */
export function aligned(bars: readonly Bar[], others: readonly Bar[], { grain, days }: Naming): (number | null)[] {
  if (!isClock(grain) || days === 0) return bars.map((_, index) => others[index]?.value ?? null);
  const first = (those: readonly Bar[]) => dateOf(those[0]?.period.start ?? "");
  const place = (bar: Bar, from: CalendarDate) => `${daysBetween(from, dateOf(bar.period.start))} ${clockOf(bar.period.start)}`;
  const [here, there] = [first(bars), first(others)];
  const byPlace = new Map<string, number | null>();
  for (const bar of others) if (!byPlace.has(place(bar, there))) byPlace.set(place(bar, there), bar.value);
  return bars.map((bar) => byPlace.get(place(bar, here)) ?? null);
}

/**
 * Both sums over the places where there is something on both sides: half a day is compared with half a day. Not over the
 * one in which the readings began: four days of October are no October.
 */
export function comparedSums(bars: readonly Bar[], compared: readonly (number | null)[]): { now: number; then: number } | null {
  const begun = compared.findIndex((value) => value !== null);
  const places = bars.flatMap(({ value, period }, index) => {
    const then = compared[index] ?? null;
    const isWhole = period.complete && (index === 0 || index !== begun);
    return value !== null && then !== null && isWhole ? [[value, then] as const] : [];
  });
  if (places.length === 0) return null;
  return { now: places.reduce((sum, [value]) => sum + value, 0), then: places.reduce((sum, [, then]) => sum + then, 0) };
}

export function largestOf(bars: readonly Bar[]): Bar | null {
  return bars.reduce<Bar | null>((best, bar) => ((bar.value ?? -Infinity) > (best?.value ?? -Infinity) ? bar : best), null);
}
