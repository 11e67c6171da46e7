import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";

import { cn } from "@/lib/cn";
import type { Place } from "./navigation";

export function NavLinks({ places }: { places: readonly Place[] }) {
  const { t } = useTranslation();
  return places.map(({ to, label, icon: Icon }) => (
    <NavLink
      key={to}
      to={to}
      className={({ isActive }) =>
        cn(
          "flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm text-soft hover:bg-sunken hover:text-ink",
          isActive && "bg-accent-wash font-medium text-accent hover:bg-accent-wash hover:text-accent",
        )
      }
    >
      <Icon className="size-4" aria-hidden />
      {t(label)}
    </NavLink>
  ));
}
