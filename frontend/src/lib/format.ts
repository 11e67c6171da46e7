import { asUtc, type CalendarDate, type Range } from "./dates";

/** As the person's language writes it. Times of devices are read from the server's text, offset and all. */
export function formatting(language: string) {
  const number = (digits: number) => new Intl.NumberFormat(language, { maximumFractionDigits: digits });
  const energy = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const whole = number(0);
  const mark = number(1).format(0.5).slice(1, -1);

  function kwh(value: number | null | undefined): string {
    if (value === null || value === undefined) return "–";
    return `${Math.abs(value) >= 1000 ? number(0).format(value) : energy.format(value)}\u00a0kWh`;
  }

  function money(value: number | null | undefined, currency: string): string {
    if (value === null || value === undefined) return "–";
    const small = Math.abs(value) < 0.1 && value !== 0;
    return new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: small ? 4 : 2 }).format(value);
  }

  /** Of a kilowatt-hour: tariffs have more digits than purses. */
  function price(value: number, currency: string): string {
    return new Intl.NumberFormat(language, { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: 6 }).format(value);
  }

  /** As a form shows what is already there: every digit, and nothing between the thousands, so that it can be typed on. */
  function typed(value: number | string | null | undefined): string {
    return String(value ?? "").replace(".", mark);
  }

  function watts(value: number): string {
    return Math.abs(value) >= 10_000 ? `${number(1).format(value / 1000)}\u00a0kW` : `${whole.format(value)}\u00a0W`;
  }

  function date(day: CalendarDate, style: "full" | "short" = "full"): string {
    const shape: Intl.DateTimeFormatOptions =
      style === "full"
        ? { weekday: "long", day: "numeric", month: "long", year: "numeric" }
        : { day: "numeric", month: "short", year: "numeric" };
    return new Intl.DateTimeFormat(language, { ...shape, timeZone: "UTC" }).format(asUtc(day));
  }

  function range(from: CalendarDate, last: CalendarDate, shape: Range): string {
    if (shape === "day") return date(from);
    if (shape === "year") return from.slice(0, 4);
    if (shape === "week") {
      const format = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
      return format.formatRange(asUtc(from), asUtc(last));
    }
    return new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" }).format(asUtc(from));
  }

  function clocks(from: string, to: string, zone: string): string {
    const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
    return clock.formatRange(new Date(from), new Date(to));
  }

  function percent(share: number): string {
    return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(share);
  }

  function moment(text: string, zone?: string): string {
    return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(new Date(text));
  }

  function ago(text: string, now: number = Date.now()): string {
    const seconds = (Date.parse(text) - now) / 1000;
    const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
    const [size, unit] = AGES.find(([limit]) => Math.abs(seconds) < limit * NEXT) ?? AGES[AGES.length - 1]!;
    return relative.format(Math.round(seconds / size), unit);
  }

  /** `45 s`, `12 min`, `3.5 h`, `4 days`: how long something took. */
  function duration(seconds: number | null | undefined): string {
    if (seconds === null || seconds === undefined) return "–";
    const [size, unit] = LENGTHS.findLast(([least]) => seconds >= least) ?? LENGTHS[0]!;
    const shape = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: unit === "hour" ? 1 : 0 } as const;
    return new Intl.NumberFormat(language, shape).format(seconds / size);
  }

  return { kwh, money, price, typed, watts, date, range, clocks, percent, moment, ago, duration, number: (value: number, digits = 0) => number(digits).format(value) };
}

export type Formatting = ReturnType<typeof formatting>;

/** One goes over to the next unit at twice that unit: 90 minutes are `90 min`, not `2 h`. */
const NEXT = 90;
const AGES: readonly [number, Intl.RelativeTimeFormatUnit][] = [
  [1, "second"],
  [60, "minute"],
  [3600, "hour"],
  [86_400, "day"],
];

const LENGTHS: readonly [number, "second" | "minute" | "hour" | "day"][] = [
  [1, "second"],
  [60, "minute"],
  [3600, "hour"],
  [86_400, "day"],
];

/** `2026-10-25T03:00:00+02:00` → `03:00`: the clock of the device, wherever the browser is. */
export function clockOf(text: string): string {
  return text.slice(11, 16);
}

export function dateOf(text: string): CalendarDate {
  return text.slice(0, 10);
}

export function offsetOf(text: string): string {
  return text.endsWith("Z") ? "+00:00" : text.slice(-6);
}
