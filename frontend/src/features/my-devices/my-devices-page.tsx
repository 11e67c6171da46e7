import { Gauge } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useMyDevices, type MyDevice } from "@/queries/use-my-devices";
import { Heard } from "./heard";

export function MyDevicesPage() {
  const { t } = useTranslation();
  const devices = useMyDevices();
  return (
    <Page title={t("myDevices.title")}>
      <Card>
        {devices.isPending && <SkeletonRows />}
        {devices.isError && <LoadFailed error={devices.error} retry={() => void devices.refetch()} />}
        {devices.data?.length === 0 && (
          <Notice icon={Gauge} title={t("overview.noDevices")}>
            {t("overview.noDevicesText")}
          </Notice>
        )}
        {devices.data && devices.data.length > 0 && <Mine devices={devices.data} />}
      </Card>
    </Page>
  );
}

function Mine({ devices }: { devices: readonly MyDevice[] }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  return (
    <Table label={t("myDevices.title")} className="[&_th]:first:border-t-0">
      <thead>
        <tr>
          <Th>{t("devices.name")}</Th>
          <Th className="hidden sm:table-cell">{t("devices.site")}</Th>
          <Th className="hidden md:table-cell">{t("devices.direction")}</Th>
          <Th>{t("myDevices.heard")}</Th>
          <Th className="hidden text-right sm:table-cell">{t("devices.limitShort")}</Th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <Tr key={device.id}>
            <Td>
              <Link to={`/my-devices/${device.id}`} className="font-medium hover:underline">
                {device.name}
              </Link>
              <p className="text-xs text-soft">{t(`devices.kind.${device.kind}`)}</p>
            </Td>
            <Td className="hidden sm:table-cell">{device.site?.name ?? "–"}</Td>
            <Td className="hidden md:table-cell">{t(`direction.${device.direction}`)}</Td>
            <Td className="whitespace-nowrap">
              <Heard device={device.id} intervalS={device.interval_s} />
            </Td>
            <Td className="hidden text-right tabular-nums sm:table-cell">{kwh(device.hourly_limit_kwh)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
