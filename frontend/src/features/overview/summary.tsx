import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { clockIn, rangeAround, shifted, todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useAlerts } from "@/queries/use-alerts";
import { useUsage, type Usage } from "@/queries/use-usage";

export function Summary({ zone }: { zone: string }) {
  return (
    <div className="grid gap-3 md:grid-cols-3">
      <Today zone={zone} />
      <ThisMonth zone={zone} />
      <OpenAlerts />
    </div>
  );
}

function Today({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const yesterday = shifted(todayIn(zone), "day", -1);
  const today = useUsage({ device: null, by: "hour" });
  const before = useUsage({ device: null, by: "slot", from: yesterday, to: `${yesterday}T${clockIn(zone)}` });
  return (
    <Figure title={t("overview.todayKwh")} value={today.data && kwh(total(today.data))}>
      {before.data && t("overview.yesterdaySameTime", { value: kwh(total(before.data)) })}
      <OtherDirections usage={today.data} />
    </Figure>
  );
}

function ThisMonth({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const usage = useUsage({ device: null, by: "day", ...rangeAround(todayIn(zone), "month") });
  const days = usage.data?.series[0]?.periods.filter(({ complete }) => complete) ?? [];
  const average = days.reduce((sum, { energy_kwh }) => sum + (energy_kwh ?? 0), 0) / days.length;
  return (
    <Figure title={t("overview.month")} value={usage.data && kwh(total(usage.data))}>
      {days.length > 0 && t("overview.monthDays", { value: kwh(average) })}
      <OtherDirections usage={usage.data} />
    </Figure>
  );
}

function OpenAlerts() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const open = useAlerts({ state: "raised", limit: 1 });
  return (
    <Figure title={t("overview.openAlerts")} value={open.data && number(open.data.total)}>
      {open.data?.total === 0 ? (
        t("overview.noAlerts")
      ) : (
        <Link to="/alerts" className="inline-flex items-center gap-1 text-accent underline-offset-4 hover:underline">
          {t("overview.seeAlerts")}
          <ArrowRight className="size-3.5" aria-hidden />
        </Link>
      )}
    </Figure>
  );
}

function OtherDirections({ usage }: { usage: Usage | undefined }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const others = usage?.series.filter(({ direction }) => direction !== "consumption") ?? [];
  if (others.length === 0) return null;
  return (
    <p className="mt-1 flex flex-wrap gap-x-4">
      {others.map(({ direction, total: sum }) => (
        <span key={direction}>
          {t(`direction.${direction}`)} <span className="font-medium text-ink tabular-nums">{kwh(sum.energy_kwh)}</span>
        </span>
      ))}
    </p>
  );
}

function Figure({ title, value, children }: { title: string; value: string | undefined; children?: ReactNode }) {
  return (
    <Card className="px-4 py-3.5 sm:px-5">
      <h2 className="text-sm text-soft">{title}</h2>
      <div className="mt-0.5 text-[1.625rem] leading-9 font-semibold tracking-tight tabular-nums">
        {value ?? <Skeleton className="my-1.5 h-6 w-32" />}
      </div>
      <div className="min-h-6 text-sm text-soft">{children}</div>
    </Card>
  );
}

function total(usage: Usage): number | null {
  return usage.series.find(({ direction }) => direction === "consumption")?.total.energy_kwh ?? null;
}
