import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { MyDevice } from "@/queries/use-my-devices";
import { useUsage } from "@/queries/use-usage";
import { useLatestReading } from "./api/use-latest-reading";
import { Sparkline } from "./sparkline";

/** So many intervals without a reading, and the tile says so. */
const PATIENCE = 4;

export function DeviceTile({ device, behind }: { device: MyDevice; behind: string | undefined }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const today = useUsage({ device: device.id, by: "hour" });
  const series = today.data?.series[0];
  const place = [device.site?.name, behind && t("overview.behind", { name: behind })].filter(Boolean).join(" · ");
  return (
    <Link
      to={`/consumption?device=${device.id}`}
      className="flex h-full flex-col rounded-xl border bg-card p-4 transition-colors hover:border-strong-line"
    >
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 className="truncate font-medium">{device.name}</h3>
          <p className="truncate text-xs text-soft">{place}</p>
        </div>
        <Latest device={device} />
      </div>
      <div className="mt-3 flex items-end justify-between gap-4">
        <div>
          <p className="text-xs text-soft">
            {t("overview.today")} · {t(`direction.${device.direction}`)}
          </p>
          <p className="text-lg leading-7 font-semibold tabular-nums">
            {today.isPending ? <Skeleton className="my-1 h-5 w-20" /> : kwh(series?.total.energy_kwh)}
          </p>
        </div>
      </div>
      <Sparkline
        label={t("overview.sparkline")}
        values={series?.periods.map(({ energy_kwh }) => energy_kwh) ?? []}
        limit={device.hourly_limit_kwh}
        direction={device.direction}
      />
    </Link>
  );
}

function Latest({ device }: { device: MyDevice }) {
  const { t } = useTranslation();
  const { ago, number, watts } = useFormat();
  const { data: reading, isPending, dataUpdatedAt } = useLatestReading(device.id);
  if (isPending) return <Skeleton className="h-9 w-20" />;
  if (!reading) return <p className="text-xs text-soft">{t("overview.noReading")}</p>;
  const late = dataUpdatedAt - Date.parse(reading.time) > PATIENCE * device.interval_s * 1000;
  const value = reading.unit === "W" ? watts(reading.value) : `${number(reading.value, 3)} kWh`;
  return (
    <div className="shrink-0 text-right">
      <p className="text-sm font-medium tabular-nums">{value}</p>
      <p className={cn("flex items-center justify-end gap-1.5 text-xs", late ? "text-warn" : "text-soft")}>
        <span aria-hidden className={cn("size-1.5 rounded-full", late ? "bg-warn" : "bg-accent")} />
        {late ? t("overview.late", { time: ago(reading.time) }) : ago(reading.time, dataUpdatedAt)}
      </p>
    </div>
  );
}
