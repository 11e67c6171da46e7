import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useSites, type Site } from "@/queries/use-sites";
import { PickList, SHOWN } from "./pick-list";

interface SitePickerProps {
  chosen: number | null;
  onChoose: (site: Site) => void;
}

export function SitePicker({ chosen, onChoose }: SitePickerProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  return (
    <PickList
      label={t("sites.title")}
      searchLabel={t("pick.site")}
      search={search}
      onSearch={setSearch}
      by="radio"
      found={useSites({ search, limit: SHOWN })}
      keyOf={({ id }) => id}
      describe={({ name, address, device_count }) => ({ name, text: address || t("sites.devicesCount", { count: device_count }) })}
      isChosen={({ id }) => id === chosen}
      onToggle={onChoose}
    />
  );
}
