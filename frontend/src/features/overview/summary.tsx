import { ArrowRight, TrendingDown, TrendingUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { MeasuredAt } from "@/components/measured-at";
import { clockIn, shifted, todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useAlerts } from "@/queries/use-alerts";
import type { MyDevice } from "@/queries/use-my-devices";
import { usePower } from "@/queries/use-power";
import { useUsage, type Usage } from "@/queries/use-usage";
import { useProjection } from "./api/use-projection";
import { Figure } from "./figure";
import { netCost } from "./net-cost";
import { kwhUntil } from "./until";

export function Summary({ devices }: { devices: readonly MyDevice[] }) {
  const zone = devices[0]!.time_zone;
  return (
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-[1fr_1fr_1.4fr_1fr]">
      <Now devices={devices} />
      <Today zone={zone} />
      <ThisMonth />
      <OpenAlerts />
    </div>
  );
}

/** What is drawn this second; what lies behind another meter is in that one already. */
function Now({ devices }: { devices: readonly MyDevice[] }) {
  const { t } = useTranslation();
  const { watts } = useFormat();
  const mine = new Set(devices.map(({ id }) => id));
  const foremost = devices.filter(({ parent_id }) => parent_id === null || !mine.has(parent_id));
  const of = (direction: MyDevice["direction"]) => foremost.filter((each) => each.direction === direction).map(({ id }) => id);
  const used = usePower(of("consumption"));
  const made = usePower(of("production"));
  return (
    <Figure title={t("overview.now")} value={used === null ? "–" : watts(used.watts)} isLive={used !== null && !used.isOld}>
      {made !== null && (
        <span>
          {t("direction.production")} <b className="font-medium text-ink tabular-nums">{watts(made.watts)}</b>
        </span>
      )}
      {used === null ? <span className="block">{t("overview.waiting")}</span> : <MeasuredAt power={used} />}
    </Figure>
  );
}

function Today({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const { kwh, percent } = useFormat();
  const yesterday = shifted(todayIn(zone), "day", -1);
  const clock = clockIn(zone);
  const today = useUsage({ device: null, by: "hour" });
  // With the slot that goes on then, of which its part is taken.
  const before = useUsage({ device: null, by: "slot", from: yesterday, to: `${yesterday}T${clock}:59` });
  const then = before.data && kwhUntil(clock, consumption(before.data)?.periods ?? []);
  const now = today.data && consumption(today.data)?.total.energy_kwh;
  const change = now && then ? now / then - 1 : null;
  const Icon = (change ?? 0) > 0 ? TrendingUp : TrendingDown;
  return (
    <Figure title={t("overview.todayKwh")} value={today.data && kwh(now)}>
      {change !== null && (
        <span className="mr-2 font-medium text-ink tabular-nums">
          <Icon className="mr-1 mb-0.5 inline size-3.5" aria-hidden />
          {percent(change)}
        </span>
      )}
      {before.data && t("overview.yesterdaySameTime", { value: kwh(then) })}
    </Figure>
  );
}

function ThisMonth() {
  const { t } = useTranslation();
  const { kwh, money } = useFormat();
  const projection = useProjection();
  const series = projection.data?.series.find(({ direction }) => direction === "consumption");
  if (projection.data && !series) return <Figure title={t("overview.month")} value="–" />;
  const { energy_kwh } = series ?? {};
  const cost = projection.data && netCost(projection.data.series);
  return (
    <Figure title={t("overview.month")} value={energy_kwh && kwh(energy_kwh.so_far)} aside={cost && money(cost.soFar, cost.currency)}>
      {energy_kwh?.expected != null &&
        t("overview.projected", {
          energy: kwh(energy_kwh.expected),
          cost: cost?.expected != null ? ` · ${money(cost.expected, cost.currency)}` : "",
        })}
      {energy_kwh?.low != null && energy_kwh.high != null && (
        <span className="block text-xs">{t("overview.range", { low: kwh(energy_kwh.low), high: kwh(energy_kwh.high) })}</span>
      )}
    </Figure>
  );
}

function OpenAlerts() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const open = useAlerts({ state: "raised", limit: 1 });
  const newest = open.data?.items[0];
  return (
    <Figure title={t("overview.openAlerts")} value={open.data && number(open.data.total)}>
      {newest ? (
        <Link to="/alerts" className="inline-flex max-w-full items-center gap-1 text-accent underline-offset-4 hover:underline">
          <span className="truncate">{t("overview.newest", { name: newest.device_name })}</span>
          <ArrowRight className="size-3.5 shrink-0" aria-hidden />
        </Link>
      ) : (
        open.data && t("overview.noAlerts")
      )}
    </Figure>
  );
}

function consumption(usage: Usage) {
  return usage.series.find(({ direction }) => direction === "consumption");
}
