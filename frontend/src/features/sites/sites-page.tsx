import { House, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SearchInput } from "@/components/ui/search-input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useSites, type Site } from "@/queries/use-sites";
import { SiteDialog } from "./site-dialog";

const SIZE = 25;

export function SitesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search, set] = useSearch();
  const [creating, setCreating] = useState(false);
  const text = search.get("search") ?? "";
  const offset = Number(search.get("offset")) || 0;
  const sites = useSites({ search: text, offset, limit: SIZE });
  return (
    <Page
      title={t("sites.title")}
      text={t("sites.text")}
      actions={
        useMayChange() && (
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus />
            {t("sites.new")}
          </Button>
        )
      }
    >
      <Card>
        <div className="px-4 py-3 sm:px-5">
          <SearchInput label={t("sites.search")} value={text} onSearch={(typed) => set({ search: typed, offset: null })} />
        </div>
        {sites.isPending && <SkeletonRows />}
        {sites.isError && <LoadFailed error={sites.error} retry={() => void sites.refetch()} />}
        {sites.data?.items.length === 0 && (
          <Notice icon={House} title={text ? t("state.nothingFound") : t("sites.none")}>
            {text ? t("state.nothingFoundText") : t("sites.noneText")}
          </Notice>
        )}
        {sites.data && sites.data.items.length > 0 && <Rows sites={sites.data.items} />}
        {sites.data && <Pager offset={offset} size={SIZE} total={sites.data.total} onOffset={(next) => set({ offset: String(next) })} />}
      </Card>
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
          <Th>{t("devices.timeZone")}</Th>
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
            <Td className="whitespace-nowrap text-soft">{time_zone}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
