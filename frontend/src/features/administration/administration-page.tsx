import { BellOff } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { AlertText } from "@/components/alert-text";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useAlerts } from "@/queries/use-alerts";
import { useDevices } from "@/queries/use-devices";
import { useRing } from "@/queries/use-ring";
import { useUsers } from "@/queries/use-users";
import { useWaiting } from "./api/use-waiting";
import { Flow } from "./flow";

const RECENT = 6;

export function AdministrationPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("admin.title")}>
      <Counts />
      <div className="mt-3 grid items-start gap-3 lg:grid-cols-[1fr_20rem]">
        <RecentAlerts />
        <Flow />
      </div>
    </Page>
  );
}

function Counts() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const open = useAlerts({ state: "raised", limit: RECENT }).data;
  const users = useUsers({ limit: 1 }).data;
  const devices = useDevices({ limit: 1 }).data;
  const offline = useAlerts({ state: "raised", kind: "offline", limit: 1 }).data;
  const waiting = useWaiting().data;
  const ring = useRing().data;
  const held = ring?.leases.filter(({ replica_id }) => replica_id).length ?? 0;
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3">
      <Tile to="/alerts" title={t("admin.openAlerts")} value={open && number(open.total)} />
      <Tile to="/alerts?kind=offline" title={t("admin.offline")} value={offline && number(offline.total)} />
      <Tile to="/inbox?show=waiting" title={t("admin.waiting")} value={waiting === undefined ? undefined : number(waiting)} />
      <Tile to="/devices" title={t("admin.devices")} value={devices && number(devices.total)} />
      <Tile to="/users" title={t("admin.users")} value={users && number(users.total)} />
      <Tile to="/ring" title={t("admin.replicas")} value={ring && number(ring.replicas.length)}>
        {ring && t("admin.replicasHint", { held, all: ring.leases.length })}
      </Tile>
    </div>
  );
}

function Tile({ to, title, value, children }: { to: string; title: string; value: string | undefined; children?: ReactNode }) {
  return (
    <Link to={to} className="rounded-xl border bg-card px-4 py-3.5 transition-colors hover:border-strong-line sm:px-5">
      <p className="text-sm text-soft">{title}</p>
      <div className="mt-0.5 flex h-9 items-center text-[1.625rem] font-semibold tracking-tight tabular-nums">
        {value ?? <Skeleton className="h-6 w-16" />}
        {children && <span className="ml-3 text-xs font-normal tracking-normal text-soft">{children}</span>}
      </div>
    </Link>
  );
}

function RecentAlerts() {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const { data, isPending, dataUpdatedAt } = useAlerts({ state: "raised", limit: RECENT });
  return (
    <Card>
      <CardHeader title={t("admin.recentAlerts")} />
      {isPending && <SkeletonRows count={RECENT} lines={2} />}
      {data?.items.length === 0 && (
        <Notice icon={BellOff} title={t("overview.noAlerts")}>
          {t("alerts.noneText")}
        </Notice>
      )}
      <ul className="divide-y border-t empty:hidden">
        {data?.items.map((alert) => (
          <li key={alert.id} className="flex items-center gap-4 px-4 py-2.5 text-sm sm:px-5">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2">
                <Link to={`/devices/${alert.device_id}`} className="font-medium underline-offset-4 hover:underline">
                  {alert.device_name}
                </Link>
                <Badge tone="warn">{t(`alerts.${alert.kind}`)}</Badge>
                {alert.historical && <Badge>{t("alerts.historical")}</Badge>}
              </p>
              <p className="text-soft">
                <AlertText alert={alert} />
              </p>
            </div>
            <span className="text-xs whitespace-nowrap text-soft">{ago(alert.raised_at, dataUpdatedAt)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
