import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { usePersonDevices, useStandings, type MeterStanding } from "./api/use-person-usage";

/** Today, the month so far and open alerts: of the person, and of each of their meters. */
export function Standing({ client }: { client: string }) {
  const { t } = useTranslation();
  const devices = usePersonDevices(client);
  const standings = useStandings(devices.data?.items ?? []);
  if (!devices.data) return <Skeleton className="h-32" />;
  const { items, total } = devices.data;
  if (total === 0) return <p className="text-sm text-soft">{t("inbox.noMeters")}</p>;
  return (
    <>
      <Sums standings={standings} />
      <div>
        <h3 className="mb-1 text-sm font-medium">{t("inbox.meters")}</h3>
        {total > items.length && <p className="text-xs text-soft">{t("inbox.moreMeters", { shown: items.length, total })}</p>}
        <ul className="divide-y">
          {standings.map((standing) => (
            <Meter key={standing.device.id} standing={standing} />
          ))}
        </ul>
      </div>
    </>
  );
}

/** What lies behind another meter is in that one already. */
function Sums({ standings }: { standings: readonly MeterStanding[] }) {
  const { t } = useTranslation();
  const { kwh, number } = useFormat();
  const theirs = new Set(standings.map(({ device }) => device.id));
  const foremost = standings.filter(
    ({ device }) => device.direction === "consumption" && !theirs.has(device.parent?.id ?? 0),
  );
  const figures = [
    [t("inbox.today"), shown(sum(foremost.map(({ today }) => today)), kwh)],
    [t("inbox.month"), shown(sum(foremost.map(({ month }) => month)), kwh)],
    [t("inbox.openAlerts"), shown(sum(standings.map(({ alerts }) => alerts)), number)],
  ] as const;
  return (
    <dl className="grid gap-2 text-sm">
      {figures.map(([name, value]) => (
        <div key={name} className="flex items-baseline justify-between gap-3">
          <dt className="text-soft">{name}</dt>
          <dd className="font-semibold tabular-nums">{value ?? <Skeleton className="h-4 w-16" />}</dd>
        </div>
      ))}
    </dl>
  );
}

function Meter({ standing }: { standing: MeterStanding }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const { device, today, alerts } = standing;
  return (
    <li>
      <Link to={`/consumption?device=${device.id}`} className="flex items-center justify-between gap-3 py-2 text-sm -outline-offset-2 hover:bg-sunken">
        <span className="min-w-0 truncate">{device.name}</span>
        <span className="flex shrink-0 items-center gap-2 tabular-nums">
          {!!alerts && <Badge tone="warn">{t("inbox.alertCount", { number: alerts })}</Badge>}
          {today === undefined ? <Skeleton className="h-4 w-14" /> : kwh(today)}
        </span>
      </Link>
    </li>
  );
}

/** undefined as long as one is on its way; null where nothing is known of any. */
function sum(values: readonly (number | null | undefined)[]): number | null | undefined {
  if (values.includes(undefined)) return undefined;
  return values.reduce<number | null>((total, value) => (value == null ? total : (total ?? 0) + value), null);
}

function shown(value: number | null | undefined, write: (value: number) => string): string | undefined {
  if (value === undefined) return undefined;
  return value === null ? "–" : write(value);
}
