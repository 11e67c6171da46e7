import { House, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/search-input";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useOffset, useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useSites, type Site } from "@/queries/use-sites";
import { SiteDialog } from "./site-dialog";

const SIZE = 25;

export function SitesPage() {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const navigate = useNavigate();
  const [search, set] = useSearch();
  const [creating, setCreating] = useState(false);
  const text = search.get("search") ?? "";
  const offset = useOffset();
  const sites = useSites({ search: text, offset, limit: SIZE });
  return (
    <Page
      title={t("sites.title")}
      text={t("sites.text")}
      actions={
        mayChange && (
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus />
            {t("sites.new")}
          </Button>
        )
      }
    >
      <PagedList
        of={sites}
        size={SIZE}
        isNarrow={text !== ""}
        none={{ icon: House, title: t("sites.none"), text: t(mayChange ? "sites.noneText" : "state.forReaders") }}
        filters={<SearchInput label={t("sites.search")} value={text} onSearch={(typed) => set({ search: typed, offset: null })} />}
      >
        {(items) => <Rows sites={items} />}
      </PagedList>
      {creating && <SiteDialog site={null} onClose={() => setCreating(false)} onSaved={({ id }) => void navigate(`/sites/${id}`)} />}
    </Page>
  );
}

function Rows({ sites }: { sites: readonly Site[] }) {
  const { t } = useTranslation();
  return (
    <Table label={t("sites.title")}>
      <thead>
        <tr>
          <Th>{t("sites.name")}</Th>
          <Th className="text-right">{t("sites.devices")}</Th>
          <Th className="hidden sm:table-cell">{t("devices.timeZone")}</Th>
        </tr>
      </thead>
      <tbody>
        {sites.map(({ id, name, address, device_count, time_zone }) => (
          <Tr key={id}>
            <Td>
              <Link to={`/sites/${id}`} className="font-medium underline-offset-4 hover:underline">
                {name}
              </Link>
              <p className="text-soft">{address}</p>
            </Td>
            <Td className="text-right tabular-nums">{device_count}</Td>
            <Td className="hidden whitespace-nowrap text-soft sm:table-cell">{time_zone}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
