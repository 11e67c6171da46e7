import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { MyDevice } from "@/queries/use-my-devices";
import { usePower } from "@/queries/use-power";
import { useUsage } from "@/queries/use-usage";
import { useLive } from "@/realtime";
import { isLate, useLatestReading } from "@/queries/use-latest-reading";
import { Sparkline } from "./sparkline";

export function DeviceTile({ device, behind }: { device: MyDevice; behind: string | undefined }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const today = useUsage({ device: device.id, by: "hour" });
  const live = useLive(device.id);
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
      <p className="mt-3 text-xs text-soft">
        {t("overview.today")} · {t(`direction.${device.direction}`)}
      </p>
      <div className="text-lg leading-7 font-semibold tabular-nums">
        {today.isPending ? <Skeleton className="my-1 h-5 w-20" /> : kwh(live?.today_kwh ?? series?.total.energy_kwh)}
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

/** Power as of this second where the socket tells it, and when the device was last heard. */
function Latest({ device }: { device: MyDevice }) {
  const { t } = useTranslation();
  const { ago, watts } = useFormat();
  const live = useLive(device.id);
  const power = usePower([device.id]);
  const { data: reading, isPending, dataUpdatedAt } = useLatestReading(device.id);
  if (isPending) return <Skeleton className="h-9 w-20" />;
  const at = newer(live?.at, reading?.time);
  if (!at) return <p className="text-xs text-soft">{t("overview.noReading")}</p>;
  const late = isLate(at, dataUpdatedAt, device.interval_s);
  return (
    <div className="shrink-0 text-right">
      <p className="min-h-5 text-sm font-medium tabular-nums">{power && watts(power.watts)}</p>
      <p className={cn("flex items-center justify-end gap-1.5 text-xs", late ? "text-warn" : "text-soft")}>
        <span aria-hidden className={cn("size-1.5 rounded-full", late ? "bg-warn" : "bg-accent")} />
        {late ? t("overview.late", { time: ago(at) }) : ago(at, Math.max(dataUpdatedAt, Date.parse(at)))}
      </p>
    </div>
  );
}

function newer(one: string | null | undefined, other: string | undefined): string | undefined {
  if (!one || !other) return one ?? other;
  return Date.parse(one) > Date.parse(other) ? one : other;
}
