import { asUtc } from "@/lib/dates";
import { useFormat, useLocale } from "@/lib/use-format";
import type { Calendar } from "./calendar";

/** The time that is looked at, in words. */
export function useSpanText() {
  const { date, range, clocks } = useFormat();
  const locale = useLocale();
  return (calendar: Calendar): string => {
    if (calendar.range === "hour") return `${date(calendar.date)}, ${clocks(calendar.from, calendar.to, calendar.zone)}`;
    if (calendar.range !== "custom") return range(calendar.from, calendar.last, calendar.range);
    return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).formatRange(
      asUtc(calendar.from),
      asUtc(calendar.last),
    );
  };
}
