import type { Schemas } from "@/api/client";
import { asUtc, hourIn, rangeAround, shifted, todayIn, type CalendarDate } from "@/lib/dates";

export const RANGES = ["hour", "day", "week", "month", "year", "custom"] as const;
export type Range = (typeof RANGES)[number];

export const COMPARISONS = ["none", "previous", "year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Grain = Exclude<Schemas["Period"], "year">;

/** What an address says about time; null: whatever is now. */
export interface Wanted {
  range: Range;
  date: CalendarDate | null;
  /** An instant: wall clocks show one hour twice. */
  hour: string | null;
  from: CalendarDate | null;
  to: CalendarDate | null;
}

/** As the server takes it: `to` is not included. */
export interface Span {
  from: string;
  to: string;
}

export type Changes = Record<string, string | null>;

export interface Calendar extends Span {
  range: Range;
  zone: string;
  /** The date to show in a field, and the last day that is included. */
  date: CalendarDate;
  last: CalendarDate;
  isNow: boolean;
  isFuture: boolean;
  previous: Changes;
  next: Changes;
  days: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** So that Mondays are compared with Mondays. */
const WEEKS_OF_A_YEAR = 52;

/** The calendar of what is wanted, in the zone of what is looked at. */
export function calendarOf(wanted: Wanted, zone: string, now: Date = new Date()): Calendar {
  if (wanted.range === "hour") return { zone, ...hourCalendar(wanted, zone, now) };
  if (wanted.range === "custom") return { zone, ...customCalendar(wanted, todayIn(zone, now)) };
  return { zone, ...rangeCalendar(wanted.range, wanted.date, todayIn(zone, now)) };
}

type Zoneless = Omit<Calendar, "zone">;

function hourCalendar({ hour, date }: Wanted, zone: string, now: Date): Zoneless {
  const given = Date.parse(hour ?? "");
  const start = Number.isNaN(given) ? hourIn(zone, now, date) : given;
  const at = (ms: number) => new Date(ms).toISOString().replace(".000", "");
  const day = todayIn(zone, new Date(start));
  return {
    range: "hour",
    from: at(start),
    to: at(start + HOUR_MS),
    date: day,
    last: day,
    isNow: start <= now.getTime() && now.getTime() < start + HOUR_MS,
    isFuture: start > now.getTime(),
    previous: { hour: at(start - HOUR_MS) },
    next: { hour: at(start + HOUR_MS) },
    days: 0,
  };
}

function rangeCalendar(range: "day" | "week" | "month" | "year", wanted: CalendarDate | null, today: CalendarDate): Zoneless {
  const date = wanted ?? today;
  const { from, to } = rangeAround(date, range);
  return {
    ...spanOfDays(range, from, to, today),
    date,
    previous: { date: shifted(date, range, -1) },
    next: { date: shifted(date, range, 1) },
  };
}

function customCalendar({ from, to, date }: Wanted, today: CalendarDate): Zoneless {
  const last = to ?? date ?? today;
  const first = from && from <= last ? from : shifted(last, "day", -6);
  const end = shifted(last, "day", 1);
  const length = daysBetween(first, end);
  const moved = (by: number) => ({ from: shifted(first, "day", by), to: shifted(last, "day", by) });
  return { ...spanOfDays("custom", first, end, today), date: first, previous: moved(-length), next: moved(length) };
}

function spanOfDays(range: Range, from: CalendarDate, to: CalendarDate, today: CalendarDate) {
  return {
    range,
    from,
    to,
    last: shifted(to, "day", -1),
    isNow: from <= today && today < to,
    isFuture: from > today,
    days: daysBetween(from, to),
  };
}

/** What to lay beside it; null: nothing. */
export function comparedSpan(calendar: Calendar, comparison: Comparison): Span | null {
  if (comparison === "none") return null;
  if (calendar.range === "hour") return comparedHour(calendar, comparison);
  if (comparison === "year") return yearBefore(calendar);
  const unit = calendar.range === "custom" ? "day" : calendar.range;
  const count = calendar.range === "custom" ? calendar.days : 1;
  return { from: shifted(calendar.from, unit, -count), to: calendar.from };
}

function yearBefore({ range, from, to }: Calendar): Span {
  const back = (date: CalendarDate) =>
    range === "week" ? shifted(date, "week", -WEEKS_OF_A_YEAR) : shifted(date, "year", -1);
  return { from: back(from), to: back(to) };
}

function comparedHour({ from, zone }: Calendar, comparison: "previous" | "year"): Span {
  const start = Date.parse(from);
  const back = comparison === "previous" ? start - HOUR_MS : sameClockYearBefore(start, zone);
  return { from: new Date(back).toISOString(), to: new Date(back + HOUR_MS).toISOString() };
}

function sameClockYearBefore(start: number, zone: string): number {
  const minutes = (ms: number) => clockMinutes(ms, zone);
  const back = start - 365 * DAY_MS;
  const off = (minutes(start) - minutes(back) + 36 * 60) % (24 * 60) - 12 * 60;
  return back + off * 60_000;
}

function clockMinutes(ms: number, zone: string): number {
  const shown = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(ms);
  const [hours, minutes] = shown.split(":").map(Number) as [number, number];
  return hours * 60 + minutes;
}

/** How fine one may look at it: finer is more than can be told apart, coarser is one bar. */
export function grainsOf({ range, days }: Pick<Calendar, "range" | "days">): readonly [Grain, ...Grain[]] {
  switch (range) {
    case "hour":
      return ["slot"];
    case "day":
      return ["hour", "slot"];
    case "week":
      return ["day", "hour"];
    case "month":
      return ["day", "hour", "week"];
    case "year":
      return ["month", "week", "day", "hour"];
    case "custom":
      if (days <= 2) return ["hour", "slot"];
      if (days <= 92) return ["day", "hour", "week"];
      return days <= 400 ? ["month", "week", "day", "hour"] : ["month", "week", "day"];
  }
}

export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Math.round((asUtc(to).getTime() - asUtc(from).getTime()) / DAY_MS);
}
