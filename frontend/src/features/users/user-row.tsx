import { CirclePause, CirclePlay, Ellipsis, Link2, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { Td, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import type { User } from "@/queries/use-users";
import type { Doing } from "./users-page";

interface UserRowProps {
  user: User;
  mayChange: boolean;
  onDo: (doing: Doing) => void;
}

export function UserRow({ user, mayChange, onDo }: UserRowProps) {
  const { t } = useTranslation();
  const { date } = useFormat();
  return (
    <Tr>
      <Td>
        <p className="font-medium">
          <Link to={`/users/${user.id}`} className="underline-offset-4 hover:underline">
            {user.name}
          </Link>{" "}
          {!user.active && <Badge className="sm:hidden">{t("state.inactive")}</Badge>}
        </p>
        <p className="text-soft">{user.email}</p>
      </Td>
      <Td>
        <Badge tone={user.role === "client" ? "plain" : "info"}>{t(`role.${user.role}`)}</Badge>
      </Td>
      <Td className="hidden sm:table-cell">{user.active ? <Badge tone="good">{t("state.active")}</Badge> : <Badge>{t("state.inactive")}</Badge>}</Td>
      <Td className="hidden whitespace-nowrap text-soft md:table-cell">{user.time_zone}</Td>
      <Td className="hidden whitespace-nowrap text-soft md:table-cell">{date(user.created_at.slice(0, 10), "short")}</Td>
      {mayChange && (
        <Td className="text-right">
          <Actions user={user} onDo={onDo} />
        </Td>
      )}
    </Tr>
  );
}

function Actions({ user, onDo }: Omit<UserRowProps, "mayChange">) {
  const { t } = useTranslation();
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="iconSm" aria-label={`${t("action.more")}: ${user.name}`}>
          <Ellipsis />
        </Button>
      }
    >
      <MenuItem icon={Pencil} onSelect={() => onDo({ what: "edit", user })}>
        {t("action.edit")}
      </MenuItem>
      <MenuItem icon={Link2} onSelect={() => onDo({ what: "link", user })}>
        {t("users.link")}
      </MenuItem>
      <MenuItem
        icon={user.active ? CirclePause : CirclePlay}
        onSelect={() => onDo({ what: "activate", user })}
      >
        {user.active ? t("users.deactivate") : t("users.reactivate")}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={Trash2} danger onSelect={() => onDo({ what: "delete", user })}>
        {t("action.delete")}
      </MenuItem>
    </Menu>
  );
}
