import { FileDown, FileUp, Gauge, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { download } from "@/api/client";
import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { SearchInput } from "@/components/ui/search-input";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useAct } from "@/lib/use-act";
import { useFormat } from "@/lib/use-format";
import { useOffset, useSearch } from "@/lib/use-search";
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
  const offset = useOffset();
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
      <PagedList
        of={devices}
        size={SIZE}
        isNarrow={text !== "" || kind !== undefined}
        none={{ icon: Gauge, title: t("devices.none"), text: t(mayChange ? "devices.noneText" : "state.forReaders") }}
        filters={
          <>
            <SearchInput label={t("devices.search")} value={text} onSearch={(typed) => set({ search: typed, offset: null })} />
            <Select aria-label={t("devices.kind")} value={kind ?? ""} onChange={(event) => set({ kind: event.target.value, offset: null })}>
              <option value="">{t("devices.everyKind")}</option>
              {(["interval", "counter", "power"] as const).map((value) => (
                <option key={value} value={value}>
                  {t(`devices.kind.${value}`)}
                </option>
              ))}
            </Select>
          </>
        }
      >
        {(items) => <Rows devices={items} />}
      </PagedList>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {creating && <DeviceDialog device={null} onClose={() => setCreating(false)} onSaved={({ id }) => void navigate(`/devices/${id}`)} />}
    </Page>
  );
}

function Rows({ devices }: { devices: readonly Device[] }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  return (
    <Table label={t("devices.title")}>
      <thead>
        <tr>
          <Th>{t("devices.name")}</Th>
          <Th className="hidden text-right sm:table-cell">{t("devices.id")}</Th>
          <Th>{t("devices.kind")}</Th>
          <Th className="hidden sm:table-cell">{t("devices.site")}</Th>
          <Th className="hidden md:table-cell">{t("devices.people")}</Th>
          <Th className="text-right">{t("devices.limitShort")}</Th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <Tr key={device.id}>
            <Td>
              <Link to={`/devices/${device.id}`} className="font-medium underline-offset-4 hover:underline">
                {device.name}
              </Link>
              {!device.active && <Badge className="ml-2">{t("state.inactive")}</Badge>}
              <p className="text-soft">{device.location}</p>
            </Td>
            <Td className="hidden text-right text-soft tabular-nums sm:table-cell">{device.id}</Td>
            <Td className="whitespace-nowrap">
              {t(`devices.kind.${device.kind}`)}
              <p className="text-soft">{t(`direction.${device.direction}`)}</p>
            </Td>
            <Td className="hidden sm:table-cell">{device.site?.name ?? "–"}</Td>
            <Td className="hidden md:table-cell">
              {device.assignments.map(({ name }) => name).join(", ") || <span className="text-soft">{t("devices.nobody")}</span>}
            </Td>
            <Td className="text-right whitespace-nowrap tabular-nums">{kwh(device.hourly_limit_kwh)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
