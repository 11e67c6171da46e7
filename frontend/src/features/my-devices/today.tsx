import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { MeasuredAt } from "@/components/measured-at";
import { Card, CardHeader } from "@/components/ui/card";
import { Meter } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { clockOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import type { SeenDevice } from "@/queries/use-seen-device";
import { usePower } from "@/queries/use-power";
import { useUsage } from "@/queries/use-usage";
import { useChannel, useLive } from "@/realtime";

/** Power and energy as of now, and how much of its limit the hour has used. */
export function Today({ device }: { device: SeenDevice }) {
  const { t } = useTranslation();
  const { kwh, watts } = useFormat();
  useChannel(`live/${device.id}`);
  const live = useLive(device.id);
  const power = usePower([device.id]);
  const today = useUsage({ device: device.id, by: "hour" });
  if (today.isPending) return <Skeleton className={cn("rounded-xl", device.hourly_limit_kwh === null ? "h-47" : "h-62")} />;
  const series = today.data?.series[0];
  const known = series?.periods.filter(({ energy_kwh }) => energy_kwh !== null) ?? [];
  const hour = known.at(-1);
  const peak = known.reduce<typeof hour>((most, each) => (each.energy_kwh! > (most?.energy_kwh ?? 0) ? each : most), undefined);
  const limit = device.hourly_limit_kwh;
  return (
    <Card>
      <CardHeader title={t("overview.today")} />
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 px-4 pb-4 sm:px-5">
        <Figure label={t("overview.now")} note={power ? <MeasuredAt power={power} /> : ""}>
          {power === null ? "–" : watts(power.watts)}
        </Figure>
        <Figure label={t("overview.todayKwh")}>{kwh(live?.today_kwh ?? series?.total.energy_kwh)}</Figure>
        <Figure label={hour ? t("myDevices.hour", { time: clockOf(hour.start) }) : t("myDevices.thisHour")}>{kwh(hour?.energy_kwh)}</Figure>
        <Figure label={peak ? t("myDevices.peak", { time: clockOf(peak.start) }) : t("myDevices.noPeak")}>{kwh(peak?.energy_kwh)}</Figure>
      </dl>
      {limit !== null && hour && (
        <div className="border-t px-4 py-3 sm:px-5">
          <Meter
            label={t("myDevices.ofLimit", { energy: kwh(hour.energy_kwh), limit: kwh(limit), time: clockOf(hour.start) })}
            share={hour.energy_kwh! / limit}
          />
        </div>
      )}
    </Card>
  );
}

function Figure({ label, note, children }: { label: string; note?: ReactNode; children: string }) {
  return (
    <div>
      <dt className="text-xs text-soft">{label}</dt>
      <dd className="text-lg leading-7 font-semibold tabular-nums">{children}</dd>
      {note !== undefined && <dd className="min-h-4 text-xs text-soft">{note}</dd>}
    </div>
  );
}
