import {
  Activity,
  Bell,
  BellRing,
  BookOpenText,
  Bot,
  ChartColumn,
  CircleUserRound,
  CircleX,
  Gauge,
  Inbox,
  LayoutDashboard,
  Orbit,
  ScrollText,
  Users,
  type LucideIcon,
} from "lucide-react";

import type { Role } from "@/api/session";
import type { TextKey } from "@/i18n/translated";

export interface Place {
  to: string;
  label: TextKey & `nav.${string}`;
  icon: LucideIcon;
}

const CLIENT: readonly Place[] = [
  { to: "/overview", label: "nav.overview", icon: LayoutDashboard },
  { to: "/my-devices", label: "nav.myDevices", icon: Gauge },
  { to: "/consumption", label: "nav.consumption", icon: ChartColumn },
  { to: "/alerts", label: "nav.alerts", icon: Bell },
];

const STAFF: readonly Place[] = [
  { to: "/administration", label: "nav.overview", icon: Activity },
  { to: "/users", label: "nav.users", icon: Users },
  { to: "/devices", label: "nav.devices", icon: Gauge },
  { to: "/consumption", label: "nav.consumption", icon: ChartColumn },
  { to: "/alerts", label: "nav.alerts", icon: Bell },
  { to: "/rules", label: "nav.rules", icon: BellRing },
  { to: "/inbox", label: "nav.inbox", icon: Inbox },
  { to: "/knowledge", label: "nav.knowledge", icon: BookOpenText },
  { to: "/model", label: "nav.model", icon: Bot },
  { to: "/rejected", label: "nav.rejected", icon: CircleX },
  { to: "/ring", label: "nav.ring", icon: Orbit },
  { to: "/audit", label: "nav.audit", icon: ScrollText },
];

export const PROFILE: Place = { to: "/profile", label: "nav.profile", icon: CircleUserRound };

export function placesFor(role: Role | null): readonly Place[] {
  return role === "client" ? CLIENT : STAFF;
}
