import { ChartColumn, Pencil, Replace } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useParams } from "react-router";

import { BackLink } from "@/components/back-link";
import { CredentialsCard } from "@/components/credentials/credentials-card";
import { DeleteButton } from "@/components/delete-button";
import { Page } from "@/components/page";
import { PeopleCard } from "@/components/people/people-card";
import { TariffsInForce } from "@/components/tariffs-in-force";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useAssignments } from "@/queries/use-assignments";
import type { Device } from "@/queries/use-devices";
import { useDeleteDevice } from "./api/use-delete-device";
import { useDevice } from "./api/use-device";
import { DeviceDialog } from "./device-dialog";
import { SubMetersCard } from "./sub-meters-card";
import { SwapDialog } from "./swap-dialog";

export function DevicePage() {
  const id = Number(useParams()["deviceId"]);
  const device = useDevice(id);
  const { t } = useTranslation();
  return (
    <Page
      title={device.data?.name ?? t("devices.title")}
      text={<BackLink to="/devices" text={t("devices.back")} />}
      actions={device.data && <Actions device={device.data} />}
    >
      {device.isPending && <Skeleton className="h-80 rounded-xl" />}
      {device.isError && <LoadFailed error={device.error} retry={() => void device.refetch()} />}
      {device.data && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <div className="grid gap-4">
            <Details device={device.data} />
            <SubMetersCard device={device.data} />
          </div>
          <div className="grid gap-4">
            <People device={device.data} />
            <CredentialsCard holder={{ kind: "devices", id }} none={t("devices.noCredentials")} />
            <Outlet />
          </div>
        </div>
      )}
    </Page>
  );
}

/** Who is assigned to the device, after those who see it by its site. */
function People({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { id, name, time_zone, site, assignments } = device;
  const place = { kind: "devices", id } as const;
  const own = new Set(useAssignments(place).data?.filter(({ ended_at }) => !ended_at).map(({ user_id }) => user_id));
  const bySite = site ? assignments.filter(({ user_id }) => !own.has(user_id)) : [];
  return (
    <PeopleCard place={place} name={name} timeZone={time_zone} none={t("devices.noAssignments")} expected={Math.max(assignments.length, 1)}>
      {bySite.map(({ user_id, name, level }) => (
        <li key={user_id} className="px-4 py-2.5 text-sm sm:px-5">
          <span className="font-medium">{name}</span> <Badge>{t(`people.${level}`)}</Badge>
          <p className="text-soft">{t("devices.siteAssigned", { site: site?.name ?? "" })}</p>
        </li>
      ))}
    </PeopleCard>
  );
}

function To({ path, text }: { path: string; text: string }) {
  return (
    <Link to={path} className="underline-offset-4 hover:underline">
      {text}
    </Link>
  );
}

function Actions({ device }: { device: Device }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<"edit" | "swap" | null>(null);
  const close = () => setDoing(null);
  const remove = useDeleteDevice();
  const mayChange = useMayChange();
  return (
    <>
      <Button asChild>
        <Link to={`/consumption?device=${device.id}`}>
          <ChartColumn />
          {t("devices.showUsage")}
        </Link>
      </Button>
      {mayChange && (
        <>
          <Button onClick={() => setDoing("edit")}>
            <Pencil />
            {t("action.edit")}
          </Button>
          {device.kind === "counter" && (
            <Button onClick={() => setDoing("swap")}>
              <Replace />
              {t("swap.open")}
            </Button>
          )}
          <DeleteButton
            title={t("devices.deleteTitle", { name: device.name })}
            text={t("devices.deleteText")}
            deleted={t("devices.deleted", { name: device.name })}
            back="/devices"
            busy={remove.isPending}
            onDelete={(done) => remove.mutate(device.id, { onSuccess: done })}
          />
        </>
      )}
      {doing === "edit" && <DeviceDialog device={device} onClose={close} onSaved={close} />}
      {doing === "swap" && <SwapDialog device={device} onClose={close} />}
    </>
  );
}

function Details({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { kwh, watts, duration } = useFormat();
  return (
    <Card>
      <CardHeader title={t("devices.details")} />
      <Facts>
        <Fact label={t("devices.id")}>{device.id}</Fact>
        <Fact label={t("users.status")}>
          {device.active ? <Badge tone="good">{t("state.active")}</Badge> : <Badge>{t("state.inactive")}</Badge>}
        </Fact>
        <Fact label={t("devices.kind")}>
          {t(`devices.kind.${device.kind}`)}, {t("devices.every", { seconds: device.interval_s })}
        </Fact>
        <Fact label={t("devices.direction")}>{t(`direction.${device.direction}`)}</Fact>
        <Fact label={t("devices.site")}>{device.site ? <To path={`/sites/${device.site.id}`} text={device.site.name} /> : "–"}</Fact>
        {device.parent && (
          <Fact label={t("devices.parent")}>
            <To path={`/devices/${device.parent.id}`} text={device.parent.name} />
          </Fact>
        )}
        <Fact label={t("devices.location")}>{device.location || "–"}</Fact>
        <Fact label={t("devices.timeZone")}>{device.time_zone}</Fact>
        <Fact label={t("devices.tariff")}>
          <TariffsInForce of={{ device: device.id }} />
        </Fact>
        <Fact label={t("devices.limit")}>{kwh(device.hourly_limit_kwh)}</Fact>
        <Fact label={t("metering.gapShort")}>{duration(device.max_gap_s)}</Fact>
        <Fact label={t("metering.powerShort")}>{watts(device.max_power_w)}</Fact>
        {device.kind === "counter" && (
          <Fact label={t("metering.modulusShort")}>{device.modulus_kwh === null ? t("metering.noModulus") : kwh(device.modulus_kwh)}</Fact>
        )}
        <Fact label={t("devices.serial")}>{device.serial_number ?? "–"}</Fact>
        <Fact label={t("devices.description")}>
          <span className="whitespace-pre-line">{device.description || "–"}</span>
        </Fact>
      </Facts>
    </Card>
  );
}
