import { Gauge } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useMyDevices, type MyDevice } from "@/queries/use-my-devices";
import { useChannel } from "@/realtime";
import { DeviceTile } from "./device-tile";
import { Summary } from "./summary";

export function OverviewPage() {
  const { t } = useTranslation();
  const devices = useMyDevices();
  return (
    <Page title={t("overview.title")}>
      {devices.isPending && <Loading />}
      {devices.isError && <LoadFailed error={devices.error} retry={() => void devices.refetch()} />}
      {devices.data && (devices.data.length > 0 ? <Mine devices={devices.data} /> : <Nothing />)}
    </Page>
  );
}

function Mine({ devices }: { devices: MyDevice[] }) {
  const { t } = useTranslation();
  useChannel("live");
  const names = new Map(devices.map(({ id, name }) => [id, name]));
  return (
    <>
      <Summary devices={devices} />
      <h2 className="mt-7 mb-3 font-semibold">{t("overview.devices")}</h2>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {devices.map((device) => (
          <li key={device.id}>
            <DeviceTile device={device} behind={names.get(device.parent_id ?? 0)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Nothing() {
  const { t } = useTranslation();
  return (
    <Card>
      <Notice icon={Gauge} title={t("overview.noDevices")}>
        {t("overview.noDevicesText")}
      </Notice>
    </Card>
  );
}

function Loading() {
  return (
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} className="h-44 rounded-xl" />
      ))}
    </div>
  );
}
