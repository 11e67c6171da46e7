import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";

import { cn } from "@/lib/cn";
import type { Place, PlaceGroup } from "./navigation";

export function NavLinks({ places }: { places: readonly Place[] }) {
  const { t } = useTranslation();
  return places.map(({ to, label, icon: Icon }) => (
    <NavLink
      key={to}
      to={to}
      className={({ isActive }) =>
        cn(
          "flex h-9 shrink-0 items-center gap-2.5 rounded-lg px-2.5 text-sm text-soft hover:bg-sunken hover:text-ink",
          isActive && "bg-accent-wash font-medium text-accent hover:bg-accent-wash hover:text-accent",
        )
      }
    >
      <Icon className="size-4" aria-hidden />
      {t(label)}
    </NavLink>
  ));
}

export function NavGroups({ groups }: { groups: readonly PlaceGroup[] }) {
  const { t } = useTranslation();
  return groups.map(({ label, places }) => (
    <div key={label ?? ""} role="group" aria-label={label ? t(label) : undefined} className="grid gap-0.5">
      {label && <p className="px-2.5 pt-3 pb-1 text-xs font-medium text-soft">{t(label)}</p>}
      <NavLinks places={places} />
    </div>
  ));
}
