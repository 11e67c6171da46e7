/**
 * Calendar dates as text, `2026-11-23`. They have no zone: what a day is, the server knows from the device's zone, so
 * nothing here ever asks the browser for its own.
 */
export type CalendarDate = string;

export type Range = "day" | "week" | "month" | "year";

const UTC_DAY_MS = 86_400_000;

export function isCalendarDate(text: string | null): text is CalendarDate {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && toText(toMs(text)) === text;
}

/** The date that the clocks of a zone show. */
export function todayIn(zone: string, now: Date = new Date()): CalendarDate {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(now);
}

/** The first day of the range that holds a date, and the first day after it. Weeks begin on Monday. */
export function rangeAround(date: CalendarDate, range: Range): { from: CalendarDate; to: CalendarDate } {
  const from = firstDay(date, range);
  return { from, to: shifted(from, range, 1) };
}

/** The same place `count` ranges later: the 31st becomes the last day of a shorter month. */
export function shifted(date: CalendarDate, range: Range, count: number): CalendarDate {
  if (range === "day") return toText(toMs(date) + count * UTC_DAY_MS);
  if (range === "week") return toText(toMs(date) + 7 * count * UTC_DAY_MS);
  return addMonths(date, range === "year" ? 12 * count : count);
}

/** A date to hand to `Intl` with the zone UTC. */
export function asUtc(date: CalendarDate): Date {
  return new Date(toMs(date));
}

function firstDay(date: CalendarDate, range: Range): CalendarDate {
  if (range === "year") return `${date.slice(0, 4)}-01-01`;
  if (range === "month") return `${date.slice(0, 7)}-01`;
  if (range === "day") return date;
  const sinceMonday = (asUtc(date).getUTCDay() + 6) % 7;
  return toText(toMs(date) - sinceMonday * UTC_DAY_MS);
}

function addMonths(date: CalendarDate, count: number): CalendarDate {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 + count, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return toText(first.getTime());
}

function toMs(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function toText(ms: number): CalendarDate {
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString().slice(0, 10);
}

/** `16:05`, on the clocks of a zone. */
export function clockIn(zone: string, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(now);
}

const MINUTE_MS = 60_000;

/** When the hour began that the clocks of a zone show now; on another date, the hour of the same name. */
export function hourIn(zone: string, now: Date, date: CalendarDate | null = null): number {
  const days = date === null ? 0 : toMs(date) - toMs(todayIn(zone, now));
  const moved = new Date(now.getTime() + days);
  const minutes = Number(clockIn(zone, moved).slice(3));
  return Math.floor(moved.getTime() / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;
}

/** `2026-11-23T16:05`, as an input for date and time has it, on the clocks of a zone. */
export function localIn(zone: string, now: Date = new Date()): string {
  return `${todayIn(zone, now)}T${clockIn(zone, now)}`;
}
