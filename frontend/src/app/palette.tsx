import { Command, defaultFilter } from "cmdk";
import { LogOut, Monitor, Moon, Sun, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { Dialog } from "@/components/ui/dialog";
import { signOut } from "@/lib/sign-out";
import { chooseTheme } from "@/lib/theme";
import { useRole } from "@/lib/use-session";
import { PROFILE, placesFor } from "./navigation";

/** Every place and the commonest doings, by a few letters of their names. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const places = [...placesFor(useRole()), PROFILE];
  const choose = (work: () => void) => () => {
    onClose();
    work();
  };
  return (
    <Dialog open onClose={onClose} title={t("app.search")}>
      <Command label={t("app.search")} loop filter={byBareLetters}>
        <Command.Input
          autoFocus
          placeholder={t("app.search")}
          className="mb-2 h-10 w-full rounded-lg border border-strong-line/70 bg-card px-3 text-sm placeholder:text-soft"
        />
        <Command.List className="max-h-80 overflow-y-auto">
          <Command.Empty className="py-6 text-center text-sm text-soft">{t("state.nothingFound")}</Command.Empty>
          {places.map(({ to, label, icon }) => (
            <Item key={to} icon={icon} text={t(label)} onSelect={choose(() => void navigate(to))} />
          ))}
          <Item icon={Sun} text={`${t("profile.theme")}: ${t("profile.light")}`} onSelect={choose(() => chooseTheme("light"))} />
          <Item icon={Moon} text={`${t("profile.theme")}: ${t("profile.dark")}`} onSelect={choose(() => chooseTheme("dark"))} />
          <Item icon={Monitor} text={`${t("profile.theme")}: ${t("profile.system")}`} onSelect={choose(() => chooseTheme("system"))} />
          <Item icon={LogOut} text={t("nav.signOut")} onSelect={choose(() => void signOut())} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

/** As it is typed in a hurry: `locatii` finds `Locații`. */
function byBareLetters(text: string, typed: string): number {
  return defaultFilter(bare(text), bare(typed));
}

const bare = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "");

function Item({ icon: Icon, text, onSelect }: { icon: LucideIcon; text: string; onSelect: () => void }) {
  return (
    <Command.Item
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm data-[selected=true]:bg-sunken"
    >
      <Icon className="size-4 text-soft" aria-hidden />
      {text}
    </Command.Item>
  );
}
