import { asUtc } from "@/lib/dates";
import { useLocale } from "@/lib/use-format";

/** A Monday, and the six days after it. */
const DAYS = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"];

/** Their names, Monday first, each with a capital letter as at the beginning of a line. */
export function useWeekdays(): string[] {
  const locale = useLocale();
  const name = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return DAYS.map((day) => name.format(asUtc(day))).map((text) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1));
}
