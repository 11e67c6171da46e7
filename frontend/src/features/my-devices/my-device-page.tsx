import { Bell, ChartColumn } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useParams } from "react-router";

import { BackLink } from "@/components/back-link";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMyDevices } from "@/queries/use-my-devices";
import { useMyTariffs } from "@/queries/use-my-tariffs";
import { useSeenDevice, type SeenDevice } from "@/queries/use-seen-device";
import { Heard } from "./heard";
import { Today } from "./today";

export function MyDevicePage() {
  const { t } = useTranslation();
  const device = useSeenDevice(Number(useParams()["deviceId"]));
  return (
    <Page
      title={device.data?.name ?? t("myDevices.title")}
      text={<BackLink to="/my-devices" text={t("myDevices.back")} />}
      actions={device.data && <Ways device={device.data} />}
    >
      {device.isPending && <Skeleton className="h-80 rounded-xl" />}
      {device.isError && <LoadFailed error={device.error} retry={() => void device.refetch()} />}
      {device.data && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Details device={device.data} />
          <div className="grid gap-4">
            <Today device={device.data} />
            <Outlet />
          </div>
        </div>
      )}
    </Page>
  );
}

function Ways({ device }: { device: SeenDevice }) {
  const { t } = useTranslation();
  return (
    <>
      <Button asChild>
        <Link to={`/consumption?device=${device.id}`}>
          <ChartColumn />
          {t("devices.showUsage")}
        </Link>
      </Button>
      <Button asChild>
        <Link to={`/alerts?device=${device.id}`}>
          <Bell />
          {t("myDevices.alerts")}
        </Link>
      </Button>
    </>
  );
}

function Details({ device }: { device: SeenDevice }) {
  const { t } = useTranslation();
  const { kwh, moment } = useFormat();
  return (
    <Card>
      <CardHeader title={t("devices.details")} />
      <Facts>
        <Fact label={t("devices.id")}>{device.id}</Fact>
        <Fact label={t("users.status")}>
          {device.active ? <Badge tone="good">{t("state.active")}</Badge> : <Badge>{t("state.inactive")}</Badge>}
        </Fact>
        <Fact label={t("myDevices.heard")}>
          <Heard device={device.id} intervalS={device.interval_s} />
        </Fact>
        <Fact label={t("devices.limitShort")}>
          {device.hourly_limit_kwh === null ? t("myDevices.noLimit") : t("myDevices.limit", { value: kwh(device.hourly_limit_kwh) })}
        </Fact>
        <Fact label={t("devices.kind")}>
          {t(`devices.kind.${device.kind}`)}, {t("devices.every", { seconds: device.interval_s })}
        </Fact>
        <Fact label={t("devices.direction")}>{t(`direction.${device.direction}`)}</Fact>
        <Fact label={t("devices.site")}>{device.site?.name ?? "–"}</Fact>
        {"parent_id" in device && device.parent_id !== null && <Behind parentId={device.parent_id} />}
        <Fact label={t("devices.location")}>{device.location || "–"}</Fact>
        <Fact label={t("devices.timeZone")}>{device.time_zone}</Fact>
        <Fact label={t("myDevices.tariff")}>
          <Tariff device={device.id} />
        </Fact>
        {"level" in device && (
          <Fact label={t("people.level")}>
            {t(`people.${device.level}`)}, {t("people.since", { time: moment(device.since, device.time_zone) })}
          </Fact>
        )}
      </Facts>
    </Card>
  );
}

/** Nothing about a meter that is not theirs to see. */
function Behind({ parentId }: { parentId: number }) {
  const { t } = useTranslation();
  const mine = useMyDevices();
  const parent = mine.data?.find(({ id }) => id === parentId);
  if (!mine.isPending && !parent) return null;
  return (
    <Fact label={t("myDevices.behind")}>
      {parent ? (
        <Link to={`/my-devices/${parent.id}`} className="underline">
          {parent.name}
        </Link>
      ) : (
        <Skeleton className="h-5 w-24" />
      )}
    </Fact>
  );
}

function Tariff({ device }: { device: number }) {
  const { t } = useTranslation();
  const mine = useMyTariffs();
  if (mine.isPending) return <Skeleton className="h-5 w-32" />;
  if (mine.isError) return "–";
  const tariff = mine.data.find(({ device_ids }) => device_ids.includes(device))?.tariff;
  return tariff ? `${tariff.name} (${tariff.currency})` : t("myDevices.noTariff");
}
