import { useTranslation } from "react-i18next";

import { Card } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { useUsage, type Usage } from "@/queries/use-usage";
import type { Calendar } from "./calendar";
import { Empty } from "./empty";
import { HeatCard } from "./heat-card";
import { SeriesPanel } from "./series-panel";
import { useSpanText } from "./span-text";
import type { Target } from "./target";
import { grainOf, lookOf, type View } from "./use-view";

interface UsageCardProps {
  view: View;
  calendar: Calendar;
  target: Target;
}

export function UsageCard({ view, calendar, target }: UsageCardProps) {
  const wanted = { device: view.device, site: view.site, from: calendar.from, to: calendar.to, by: grainOf(view, calendar), cost: true };
  const usage = useUsage(wanted);
  return (
    <Card className="mt-3" aria-busy={usage.isPlaceholderData}>
      <Header view={view} calendar={calendar} target={target} usage={usage.data} />
      {usage.isPending && <Skeleton className="m-5 h-[26rem]" />}
      {usage.isError && <LoadFailed error={usage.error} retry={() => void usage.refetch()} className="min-h-96" />}
      {usage.isSuccess && <Body view={view} calendar={calendar} target={target} usage={usage.data} />}
    </Card>
  );
}

function Body({ view, calendar, target, usage }: UsageCardProps & { usage: Usage }) {
  const series = shownSeries(usage, view);
  const known = series?.periods.some(({ energy_kwh }) => energy_kwh !== null);
  if (!series || !known) return <Empty hasBegun={!calendar.isNow && !calendar.isFuture} />;
  if (lookOf(view, calendar) === "heat") return <HeatCard view={view} calendar={calendar} direction={series.direction} />;
  return <SeriesPanel view={view} calendar={calendar} target={target} series={series} grain={usage.by as ReturnType<typeof grainOf>} />;
}

function Header({ view, calendar, target, usage }: UsageCardProps & { usage: Usage | undefined }) {
  const { t } = useTranslation();
  const title = useSpanText()(calendar);
  const directions = usage?.series.map(({ direction }) => direction) ?? [];
  const shown = usage && shownSeries(usage, view)?.direction;
  const looks = (["chart", "heat", "table"] as const).filter((look) => look !== "heat" || calendar.days >= 7);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-4 pt-4 sm:px-5">
      <div className="min-w-0">
        <h2 className="text-lg font-semibold tracking-tight first-letter:uppercase" aria-live="polite">
          {title}
        </h2>
        <p className="text-sm text-soft">
          <NameOf target={target} />
          {shown && ` · ${t(`direction.${shown}`)}`}
        </p>
      </div>
      <div className="flex max-w-full flex-wrap gap-2.5">
        {directions.length > 1 && shown && (
          <Segmented
            label={t("usage.direction")}
            value={shown}
            options={directions.map((direction) => ({ value: direction, label: t(`direction.${direction}`) }))}
            onChange={(direction) => view.set({ direction })}
          />
        )}
        <Segmented
          label={t("usage.view")}
          value={lookOf(view, calendar)}
          options={looks.map((look) => ({ value: look, label: t(`usage.${look}`) }))}
          onChange={(as) => view.set({ as })}
        />
      </div>
    </header>
  );
}

function NameOf({ target }: { target: Target }) {
  const { t } = useTranslation();
  return target.device?.name ?? target.site?.name ?? t("usage.allDevices");
}

function shownSeries(usage: Usage, view: View) {
  return usage.series.find(({ direction }) => direction === view.direction) ?? usage.series[0];
}
