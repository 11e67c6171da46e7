import type { Schemas } from "@/api/client";
import { isCalendarDate, type CalendarDate } from "@/lib/dates";
import type { Hours } from "./api/use-hours";

/** As it is typed: `09:00-12:00, 13:00-17:00` of each day, Monday first; empty where it is closed. */
export interface HoursDraft {
  zone: string;
  days: readonly string[];
  holidays: readonly CalendarDate[];
}

type Interval = Schemas["IntervalBody"];

const INTERVAL = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/;
const DAY = 24 * 60;

export function draftOf({ time_zone, week, holidays }: Hours): HoursDraft {
  const days = week.map((day) => day.map(({ start, end }) => `${start}–${end}`).join(", "));
  return { zone: time_zone, days, holidays };
}

export function bodyOf({ zone, days, holidays }: HoursDraft): Schemas["HoursBody"] {
  return { time_zone: zone, week: days.map((day) => intervalsOf(day) ?? []), holidays: [...holidays] };
}

/** null: that is no list of times, or they overlap. */
export function intervalsOf(text: string): Interval[] | null {
  const parts = text.split(/[,;]/).map((part) => part.trim()).filter(Boolean);
  const found = parts.map(read);
  const spans = found.filter((span) => span !== null).toSorted((one, other) => one[0] - other[0]);
  const isWrong = spans.length < parts.length || spans.some(([start], index) => index > 0 && start < spans[index - 1]![1]);
  return isWrong ? null : spans.map(([start, end]) => ({ start: clock(start), end: clock(end) }));
}

export function withHoliday(holidays: readonly CalendarDate[], day: string): CalendarDate[] {
  return isCalendarDate(day) ? [...new Set([...holidays, day])].toSorted() : [...holidays];
}

function read(part: string): [number, number] | null {
  const [, ...numbers] = INTERVAL.exec(part) ?? [];
  if (numbers.length === 0) return null;
  const [fromHour, fromMinute, toHour, toMinute] = numbers.map(Number) as [number, number, number, number];
  const [start, end] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  return fromMinute < 60 && toMinute < 60 && start < end && end <= DAY ? [start, end] : null;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
