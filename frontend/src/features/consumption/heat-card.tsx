import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { useFormat, useLocale } from "@/lib/use-format";
import { useWeek } from "./api/use-week";
import type { Calendar } from "./calendar";
import { barColour } from "./colours";
import type { View } from "./use-view";

const HOURS = 24;

interface HeatCardProps {
  view: View;
  calendar: Calendar;
  direction: Schemas["Direction"];
}

/** When in the week energy is used: a table for who reads, colours for who sees. */
export function HeatCard({ view, calendar, direction }: HeatCardProps) {
  const week = useWeek(view.device, view.site, calendar);
  if (week.isError) return <LoadFailed error={week.error} retry={() => void week.refetch()} className="min-h-[26rem]" />;
  if (week.isPending) return <Skeleton className="m-5 h-[26rem]" />;
  const series = week.data.series.find((each) => each.direction === direction);
  return series && <HeatMap means={series.mean_kwh} direction={direction} />;
}

function HeatMap({ means, direction }: { means: readonly (readonly (number | null)[])[]; direction: Schemas["Direction"] }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const days = useWeekdays();
  const [told, setTold] = useState<string | null>(null);
  const largest = Math.max(...means.flat().map((value) => value ?? 0), Number.EPSILON);
  const colour = `var(${barColour(direction)})`;
  return (
    <figure className="px-4 pt-5 pb-5 sm:px-5">
      <div className="relative overflow-x-auto" role="region" aria-label={t("usage.heatTitle")} tabIndex={0}>
        <table className="w-full table-fixed border-separate border-spacing-px text-xs text-soft sm:min-w-[44rem] sm:border-spacing-[2px]" onMouseLeave={() => setTold(null)}>
          <caption className="sr-only">{t("usage.heatTitle")}</caption>
          <thead>
            <tr>
              <td className="w-10 sm:w-12" />
              {Array.from({ length: HOURS }, (_, hour) => (
                <th key={hour} scope="col" className="pb-1 text-left font-normal whitespace-nowrap tabular-nums sm:text-center">
                  <span className={cn(hour % 3 !== 0 ? "sr-only" : hour % 6 !== 0 && "max-sm:sr-only")}>{hourName(hour)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {means.map((day, weekday) => (
              <tr key={weekday}>
                <th scope="row" className="pr-2 text-left font-normal">
                  {days[weekday]}
                </th>
                {day.map((value, hour) => (
                  <td
                    key={hour}
                    className="h-9 rounded-[2px] sm:rounded-[3px]"
                    style={{ background: shade(value, largest, colour) }}
                    onMouseEnter={() => setTold(`${days[weekday]} ${hourName(hour)}–${hourName(hour + 1)}: ${value === null ? t("usage.noEnergy") : kwh(value)}`)}
                  >
                    <span className="sr-only">{kwh(value)}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-soft">
        <span>{t("usage.heatText")}</span>
        <span className="font-medium text-ink tabular-nums">{told}</span>
        <span className="ml-auto flex items-center gap-2 tabular-nums">
          0
          <span aria-hidden className="h-2.5 w-28 rounded-full" style={{ background: `linear-gradient(to right, ${shade(0, 1, colour)}, ${colour})` }} />
          {kwh(largest)}
        </span>
      </figcaption>
    </figure>
  );
}

function hourName(hour: number): string {
  return `${String(hour % HOURS).padStart(2, "0")}:00`;
}

/** Never quite the colour of the paper, which is that of no reading. */
function shade(value: number | null, largest: number, colour: string): string {
  if (value === null) return "var(--paper)";
  return `color-mix(in oklab, ${colour} ${Math.round(8 + (92 * value) / largest)}%, var(--card))`;
}

function useWeekdays(): string[] {
  const format = new Intl.DateTimeFormat(useLocale(), { weekday: "short", timeZone: "UTC" });
  const monday = Date.UTC(2024, 0, 1);
  return Array.from({ length: 7 }, (_, day) => format.format(monday + day * 86_400_000));
}
