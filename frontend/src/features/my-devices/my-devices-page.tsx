import { Gauge } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ListCard } from "@/components/list-card";
import { Page } from "@/components/page";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useMyDevices, type MyDevice } from "@/queries/use-my-devices";
import { Heard } from "./heard";

export function MyDevicesPage() {
  const { t } = useTranslation();
  const devices = useMyDevices();
  return (
    <Page title={t("myDevices.title")}>
      <ListCard
        of={devices}
        items={devices.data}
        none={{ icon: Gauge, title: t("overview.noDevices"), text: t("overview.noDevicesText") }}
      >
        {(mine) => <Mine devices={mine} />}
      </ListCard>
    </Page>
  );
}

function Mine({ devices }: { devices: readonly MyDevice[] }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  return (
    <Table label={t("myDevices.title")} className="rounded-xl">
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
