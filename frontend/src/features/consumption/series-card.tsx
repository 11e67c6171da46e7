import { ChartColumn, Clock, Hourglass } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat, useLocale } from "@/lib/use-format";
import type { UsageSeries } from "@/queries/use-usage";
import { Figures } from "./figures";
import { barsOf } from "./periods";
import { UsageTable } from "./usage-table";
import type { Choice } from "./use-choices";
import type { Calendar, View } from "./use-view";

const UsageChart = lazy(() => import("./usage-chart"));

interface SeriesCardProps {
  series: UsageSeries;
  view: View;
  calendar: Calendar;
  device: Choice | undefined;
}

export function SeriesCard({ series, view, calendar, device }: SeriesCardProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { range } = useFormat();
  const limit = view.range === "day" && series.direction === "consumption" ? (device?.limit ?? null) : null;
  const bars = barsOf(series.periods, view.range, limit, locale);
  const title = range(calendar.from, calendar.last, view.range);
  const empty = bars.every(({ energy }) => energy === null);
  return (
    <>
      <header className="px-4 pt-4 sm:px-5">
        <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
        <p className="text-sm text-soft">
          {device?.name ?? t("usage.allDevices")} · {t(`direction.${series.direction}`)}
        </p>
      </header>
      {empty ? (
        <Empty isNow={calendar.isNow || calendar.isFuture} />
      ) : (
        <>
          <Figures bars={bars} series={series} range={view.range} limit={limit} />
          <ClockChange hours={view.range === "day" ? bars.length : 24} />
          {view.as === "table" ? (
            <UsageTable bars={bars} title={title} />
          ) : (
            <Suspense fallback={<Skeleton className="m-5 h-80" />}>
              <UsageChart
                bars={bars}
                limit={limit}
                shape={view.shape}
                direction={series.direction}
                name={device?.name ?? t("usage.allDevices")}
                title={title}
              />
            </Suspense>
          )}
        </>
      )}
    </>
  );
}

function Empty({ isNow }: { isNow: boolean }) {
  const { t } = useTranslation();
  return isNow ? (
    <Notice icon={Hourglass} title={t("usage.nothingYet")} className="min-h-96">
      {t("usage.nothingYetText")}
    </Notice>
  ) : (
    <Notice icon={ChartColumn} title={t("usage.noData")} className="min-h-96">
      {t("usage.noDataText")}
    </Notice>
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
