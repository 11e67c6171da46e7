import { Plus, UserRoundSearch } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { SearchInput } from "@/components/ui/search-input";
import { Table, Th, ThMore } from "@/components/ui/table";
import { useOffset, useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useUsers, type User, type UsersWanted } from "@/queries/use-users";
import { ActivateUser } from "./activate-user";
import { DeleteUser } from "./delete-user";
import { LinkDialog } from "./link-dialog";
import { UserDialog } from "./user-dialog";
import { UserRow } from "./user-row";

const SIZE = 25;
/** What a search finds is counted so far. */
const MOST_FOUND = 10_000;

/** What is being done, to whom. */
export type Doing = { what: "create" } | { what: "edit" | "activate" | "delete" | "link"; user: User } | null;

export function UsersPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const [doing, setDoing] = useState<Doing>(null);
  const mayChange = useMayChange();
  const text = search.get("search") ?? "";
  const role = (search.get("role") as UsersWanted["role"]) ?? undefined;
  const offset = useOffset();
  const users = useUsers({ search: text, role, offset, limit: SIZE });
  return (
    <Page
      title={t("users.title")}
      actions={
        mayChange && (
          <Button variant="primary" onClick={() => setDoing({ what: "create" })}>
            <Plus />
            {t("users.new")}
          </Button>
        )
      }
    >
      <PagedList
        of={users}
        size={SIZE}
        counted={text ? MOST_FOUND : Infinity}
        none={{ icon: UserRoundSearch, title: t("state.nothingFound"), text: t("state.nothingFoundText") }}
        filters={
          <>
            <SearchInput label={t("users.search")} value={text} onSearch={(typed) => set({ search: typed, offset: null })} />
            <Select aria-label={t("users.role")} value={role ?? ""} onChange={(event) => set({ role: event.target.value, offset: null })}>
              <option value="">{t("users.everyRole")}</option>
              {(["client", "operator", "administrator"] as const).map((value) => (
                <option key={value} value={value}>
                  {t(`role.${value}`)}
                </option>
              ))}
            </Select>
          </>
        }
      >
        {(items) => (
          <Table label={t("users.title")}>
            <thead>
              <tr>
                <Th>{t("users.name")}</Th>
                <Th>{t("users.role")}</Th>
                <Th className="hidden sm:table-cell">{t("users.status")}</Th>
                <Th className="hidden md:table-cell">{t("users.timeZone")}</Th>
                <Th className="hidden md:table-cell">{t("users.created")}</Th>
                {mayChange && <ThMore />}
              </tr>
            </thead>
            <tbody>
              {items.map((user) => (
                <UserRow key={user.id} user={user} mayChange={mayChange} onDo={setDoing} />
              ))}
            </tbody>
          </Table>
        )}
      </PagedList>
      <Dialogs doing={doing} setDoing={setDoing} />
    </Page>
  );
}

function Dialogs({ doing, setDoing }: { doing: Doing; setDoing: (doing: Doing) => void }) {
  const close = () => setDoing(null);
  switch (doing?.what) {
    case "create":
      return <UserDialog user={null} onClose={close} onCreated={(user) => setDoing({ what: "link", user })} />;
    case "edit":
      return <UserDialog user={doing.user} onClose={close} onCreated={close} />;
    case "link":
      return <LinkDialog user={doing.user} onClose={close} />;
    case "activate":
      return <ActivateUser user={doing.user} onClose={close} />;
    case "delete":
      return <DeleteUser user={doing.user} onClose={close} />;
    default:
      return null;
  }
}
