import { Plus, Router } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/search-input";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useOffset, useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useGateways, type GatewaySummary } from "@/queries/use-gateways";
import { NewGatewayDialog } from "./gateway-dialog";

const SIZE = 25;

export function GatewaysPage() {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const navigate = useNavigate();
  const [search, set] = useSearch();
  const [creating, setCreating] = useState(false);
  const text = search.get("search") ?? "";
  const offset = useOffset();
  const gateways = useGateways({ search: text, offset, limit: SIZE });
  return (
    <Page
      title={t("gateways.title")}
      text={t("gateways.text")}
      actions={
        mayChange && (
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus />
            {t("gateways.new")}
          </Button>
        )
      }
    >
      <PagedList
        of={gateways}
        size={SIZE}
        isNarrow={text !== ""}
        none={{ icon: Router, title: t("gateways.none"), text: t(mayChange ? "gateways.noneText" : "state.forReaders") }}
        filters={<SearchInput label={t("gateways.search")} value={text} onSearch={(typed) => set({ search: typed, offset: null })} />}
      >
        {(items) => <Rows gateways={items} />}
      </PagedList>
      {creating && <NewGatewayDialog onClose={() => setCreating(false)} onCreated={({ id }) => void navigate(`/gateways/${id}`)} />}
    </Page>
  );
}

function Rows({ gateways }: { gateways: readonly GatewaySummary[] }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  return (
    <Table label={t("gateways.title")}>
      <thead>
        <tr>
          <Th>{t("gateways.name")}</Th>
          <Th className="text-right">{t("gateways.devices")}</Th>
          <Th>{t("gateways.since")}</Th>
        </tr>
      </thead>
      <tbody>
        {gateways.map(({ id, name, description, device_count, created_at }) => (
          <Tr key={id}>
            <Td>
              <Link to={`/gateways/${id}`} className="font-medium underline-offset-4 hover:underline">
                {name}
              </Link>
              <p className="line-clamp-2 text-soft">{description}</p>
            </Td>
            <Td className="text-right tabular-nums">{device_count}</Td>
            <Td className="whitespace-nowrap text-soft">{date(created_at.slice(0, 10), "short")}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
