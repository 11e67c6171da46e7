import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useUsers, type User } from "@/queries/use-users";
import { PickList, SHOWN } from "./pick-list";

interface PersonPickerProps {
  chosen: User | null;
  onChoose: (person: User) => void;
}

export function PersonPicker({ chosen, onChoose }: PersonPickerProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  return (
    <PickList
      label={t("users.title")}
      searchLabel={t("pick.person")}
      search={search}
      onSearch={setSearch}
      by="radio"
      found={useUsers({ search, active: true, limit: SHOWN })}
      keyOf={({ id }) => id}
      describe={({ name, email }) => ({ name, text: email })}
      isChosen={({ id }) => id === chosen?.id}
      onToggle={onChoose}
    />
  );
}
