import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useGateways, type GatewaySummary } from "@/queries/use-gateways";
import { PickList, SHOWN } from "./pick-list";

interface GatewayPickerProps {
  chosen: GatewaySummary | null;
  onChoose: (gateway: GatewaySummary) => void;
}

export function GatewayPicker({ chosen, onChoose }: GatewayPickerProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  return (
    <PickList
      label={t("gateways.title")}
      searchLabel={t("pick.gateway")}
      search={search}
      onSearch={setSearch}
      by="radio"
      found={useGateways({ search, limit: SHOWN })}
      keyOf={({ id }) => id}
      describe={({ name, description, device_count }) => ({ name, text: description || t("sites.devicesCount", { count: device_count }) })}
      isChosen={({ id }) => id === chosen?.id}
      onToggle={onChoose}
    />
  );
}
