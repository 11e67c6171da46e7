import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useDevices, type Device } from "@/queries/use-devices";
import { PickList, SHOWN } from "./pick-list";

interface DevicesPickerProps {
  by: "radio" | "checkbox";
  chosen: ReadonlySet<number>;
  there?: ReadonlySet<number>;
  onToggle: (device: Device) => void;
}

export function DevicesPicker({ by, chosen, there, onToggle }: DevicesPickerProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  return (
    <PickList
      label={t("devices.title")}
      searchLabel={t("pick.device")}
      search={search}
      onSearch={setSearch}
      by={by}
      found={useDevices({ search, limit: SHOWN })}
      keyOf={({ id }) => id}
      describe={({ id, name, site, location }) => ({ name, text: [`${t("devices.id")} ${id}`, site?.name, location].filter(Boolean).join(" · ") })}
      isChosen={({ id }) => chosen.has(id)}
      isThere={({ id }) => there?.has(id) ?? false}
      onToggle={onToggle}
    />
  );
}
