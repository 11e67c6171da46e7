import type { Weekday, Window } from "./api/use-tariffs";

export const WEEK: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

const MONDAY_MS = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** 0 is Monday. */
export function dayName(language: string, day: number): string {
  return new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(new Date(MONDAY_MS + day * DAY_MS));
}

/** 1 is January. */
export function monthName(language: string, month: number): string {
  return new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2024, month - 1, 1)));
}

/** `Mon–Fri 07:00–19:00, Dec–Mar`; what is always so is left out. */
export function windowText({ from, to, days, months }: Window, language: string): string {
  const named = runText(days.map((day) => WEEK.indexOf(day)), WEEK.length, (day) => dayName(language, day));
  const clock = from === "00:00" && to === "24:00" ? "" : `${from}–${to}`;
  const season = runText(months.map((month) => month - 1), MONTHS.length, (month) => monthName(language, month + 1));
  return [[named, clock].filter(Boolean).join(" "), season].filter(Boolean).join(", ");
}

function runText(values: readonly number[], size: number, name: (value: number) => string): string {
  if (values.length === size) return "";
  return runsOf(values, size)
    .map(([first, last]) => (first === last ? name(first) : `${name(first)}–${name(last)}`))
    .join(", ");
}

/** First and last of those that follow each other, also around the end: December is followed by January. */
export function runsOf(values: readonly number[], size: number): [number, number][] {
  const has = new Set(values);
  const starts = values.filter((value) => !has.has((value + size - 1) % size)).toSorted((one, other) => one - other);
  return starts.map((first) => {
    let last = first;
    while (has.has((last + 1) % size)) last = (last + 1) % size;
    return [first, last];
  });
}
