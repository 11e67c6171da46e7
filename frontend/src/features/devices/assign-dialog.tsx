import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { SearchInput } from "@/components/ui/search-input";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Device } from "@/queries/use-devices";
import { useUsers, type User } from "@/queries/use-users";
import { useAssign } from "./api/use-assign";

const SHOWN = 8;

/** A person is picked by name; nobody has to know an id. */
export function AssignDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [person, setPerson] = useState<User | null>(null);
  const [level, setLevel] = useState<Schemas["AccessLevel"]>("owner");
  const assign = useAssign(device.id);

  function confirm({ id, name }: User) {
    const done = () => {
      toast.success(t("devices.assigned", { name }));
      onClose();
    };
    assign.mutate({ user_id: id, level }, { onSuccess: done });
  }

  return (
    <Dialog open onClose={onClose} title={t("devices.assignTitle", { name: device.name })}>
      <SearchInput label={t("devices.findPerson")} value={search} onSearch={setSearch} />
      <People search={search} chosen={person} onChoose={setPerson} />
      <div className="mt-4 flex items-center gap-3">
        <span className="text-sm font-medium">{t("devices.level")}</span>
        <Segmented
          label={t("devices.level")}
          value={level}
          options={[
            { value: "owner", label: t("devices.owner") },
            { value: "viewer", label: t("devices.viewer") },
          ]}
          onChange={setLevel}
        />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" disabled={!person} busy={assign.isPending} onClick={() => person && confirm(person)}>
          {t("devices.assign")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface PeopleProps {
  search: string;
  chosen: User | null;
  onChoose: (user: User) => void;
}

function People({ search, chosen, onChoose }: PeopleProps) {
  const { t } = useTranslation();
  const users = useUsers({ search, active: true, limit: SHOWN });
  if (users.isPending) return <SkeletonRows count={3} />;
  return (
    <ul className="mt-3 max-h-64 overflow-y-auto rounded-lg border" aria-label={t("users.title")}>
      {users.data?.items.map((user) => (
        <li key={user.id} className="border-b last:border-0">
          <label className="flex cursor-pointer items-center gap-3 px-3 py-2 text-sm hover:bg-sunken">
            <input type="radio" name="person" className="accent-accent" checked={chosen?.id === user.id} onChange={() => onChoose(user)} />
            <span className="min-w-0">
              <span className="block font-medium">{user.name}</span>
              <span className="block truncate text-soft">{user.email}</span>
            </span>
          </label>
        </li>
      ))}
      {users.data?.items.length === 0 && <li className="px-3 py-4 text-center text-sm text-soft">{t("state.nothingFound")}</li>}
    </ul>
  );
}
