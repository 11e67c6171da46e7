import { Clock } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { Skeleton } from "@/components/ui/skeleton";
import type { UsageSeries } from "@/queries/use-usage";
import type { Calendar, Grain } from "./calendar";
import { BillTable } from "./bill-table";
import { Figures } from "./figures";
import { Options } from "./options";
import { useSpanText } from "./span-text";
import type { Target } from "./target";
import { useDrawing } from "./use-drawing";
import { UsageTable } from "./usage-table";
import type { View } from "./use-view";

const UsageChart = lazy(() => import("./usage-chart"));

interface SeriesPanelProps {
  view: View;
  calendar: Calendar;
  target: Target;
  series: UsageSeries;
  grain: Grain;
}

export function SeriesPanel({ view, calendar, target, series, grain }: SeriesPanelProps) {
  const { t } = useTranslation();
  const title = useSpanText()(calendar);
  const { drawing, measure, isAwaiting } = useDrawing(view, calendar, target, series, grain);
  const name = target.device?.name ?? target.site?.name ?? t("usage.allDevices");
  return (
    <>
      <Figures drawing={drawing} measure={measure} series={series} grain={grain} comparison={view.compare} isAwaiting={isAwaiting} />
      <ClockChange hours={calendar.range === "day" && grain === "hour" ? series.periods.length : 24} />
      <Options
        view={view}
        calendar={calendar}
        target={target}
        grain={grain}
        direction={series.direction}
        priced={Boolean(series.bill)}
      />
      {view.as === "table" ? (
        <UsageTable drawing={drawing} measure={measure} title={title} />
      ) : (
        <Suspense fallback={<Skeleton className="m-5 h-80" />}>
          <UsageChart drawing={drawing} measure={measure} name={name} title={title} />
        </Suspense>
      )}
      {view.measure === "cost" && series.bill && <BillTable bill={series.bill} />}
    </>
  );
}

function ClockChange({ hours }: { hours: number }) {
  const { t } = useTranslation();
  if (hours === 24) return null;
  return (
    <p className="mx-4 mt-3 flex items-center gap-2 rounded-lg bg-info-wash px-3 py-2 text-sm text-info sm:mx-5">
      <Clock className="size-4 shrink-0" aria-hidden />
      {hours < 24 ? t("usage.hours23") : t("usage.hours25")}
    </p>
  );
}
