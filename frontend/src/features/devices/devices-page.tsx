import { FileDown, FileUp, Gauge, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { download } from "@/api/client";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SearchInput } from "@/components/ui/search-input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useAct } from "@/lib/use-act";
import { useFormat } from "@/lib/use-format";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useDevices, type Device, type DevicesWanted } from "@/queries/use-devices";
import { DeviceDialog } from "./device-dialog";
import { ImportDialog } from "./import-dialog";

const SIZE = 25;

export function DevicesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search, set] = useSearch();
  const [creating, setCreating] = useState(false);
  const [importing, setImporting] = useState(false);
  const text = search.get("search") ?? "";
  const kind = (search.get("kind") as DevicesWanted["kind"]) ?? undefined;
  const offset = Number(search.get("offset")) || 0;
  const mayChange = useMayChange();
  const devices = useDevices({ search: text, kind, offset, limit: SIZE });
  const save = useAct(() => {
    const wanted = new URLSearchParams({ search: text, ...(kind && { kind }) });
    return download(`/api/devices/export?${wanted}`, "kilowatch-devices.csv");
  });
  return (
    <Page
      title={t("devices.title")}
      actions={
        <>
          <Button busy={save.isPending} onClick={() => save.mutate(undefined)}>
            <FileDown />
            {t("import.export")}
          </Button>
          {mayChange && (
            <>
              <Button onClick={() => setImporting(true)}>
                <FileUp />
                {t("import.open")}
              </Button>
              <Button variant="primary" onClick={() => setCreating(true)}>
                <Plus />
                {t("devices.new")}
              </Button>
            </>
          )}
        </>
      }
    >
      <Card>
        <div className="flex flex-wrap gap-2 px-4 py-3 sm:px-5">
          <SearchInput label={t("devices.search")} value={text} onSearch={(typed) => set({ search: typed, offset: null })} />
          <Select aria-label={t("devices.kind")} value={kind ?? ""} onChange={(event) => set({ kind: event.target.value, offset: null })}>
            <option value="">{t("state.all")}</option>
            {(["interval", "counter", "power"] as const).map((value) => (
              <option key={value} value={value}>
                {t(`devices.kind.${value}`)}
              </option>
            ))}
          </Select>
        </div>
        {devices.isPending && <SkeletonRows />}
        {devices.isError && <LoadFailed error={devices.error} retry={() => void devices.refetch()} />}
        {devices.data?.items.length === 0 && <Nothing filtered={text !== "" || kind !== undefined} />}
        {devices.data && devices.data.items.length > 0 && <Rows devices={devices.data.items} />}
        {devices.data && <Pager offset={offset} size={SIZE} total={devices.data.total} onOffset={(next) => set({ offset: String(next) })} />}
      </Card>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {creating && <DeviceDialog device={null} onClose={() => setCreating(false)} onSaved={({ id }) => void navigate(`/devices/${id}`)} />}
    </Page>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  return (
    <Notice icon={Gauge} title={filtered ? t("state.nothingFound") : t("devices.none")}>
      {filtered ? t("state.nothingFoundText") : t("devices.noneText")}
    </Notice>
  );
}

function Rows({ devices }: { devices: readonly Device[] }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  return (
    <Table label={t("devices.title")}>
      <thead>
        <tr>
          <Th className="text-right">{t("devices.id")}</Th>
          <Th>{t("devices.name")}</Th>
          <Th>{t("devices.kind")}</Th>
          <Th>{t("devices.site")}</Th>
          <Th>{t("devices.people")}</Th>
          <Th className="text-right">{t("devices.limitShort")}</Th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <Tr key={device.id}>
            <Td className="text-right text-soft tabular-nums">{device.id}</Td>
            <Td>
              <Link to={`/devices/${device.id}`} className="font-medium underline-offset-4 hover:underline">
                {device.name}
              </Link>
              {!device.active && <Badge className="ml-2">{t("state.inactive")}</Badge>}
              <p className="text-soft">{device.location}</p>
            </Td>
            <Td className="whitespace-nowrap">
              {t(`devices.kind.${device.kind}`)}
              <p className="text-soft">{t(`direction.${device.direction}`)}</p>
            </Td>
            <Td>{device.site?.name ?? "–"}</Td>
            <Td>
              {device.assignments.map(({ name }) => name).join(", ") || <span className="text-soft">{t("devices.nobody")}</span>}
            </Td>
            <Td className="text-right whitespace-nowrap tabular-nums">{kwh(device.hourly_limit_kwh)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
