import {
  Activity,
  Bell,
  BellRing,
  BookOpenText,
  Bot,
  ChartColumn,
  CircleUserRound,
  CircleX,
  ClipboardCheck,
  Coins,
  Gauge,
  Headset,
  HeartPulse,
  House,
  Inbox,
  LayoutDashboard,
  MailX,
  Orbit,
  PencilLine,
  Router,
  ScrollText,
  Send,
  Users,
  type LucideIcon,
} from "lucide-react";

import type { Role } from "@/api/session";
import type { TextKey } from "@/i18n/translated";

export interface Place {
  to: string;
  label: TextKey & `nav.${string}`;
  icon: LucideIcon;
  /** What an operator may not see either. */
  administratorsOnly?: true;
}

/** Places that belong together, under a heading where there are many. */
export interface PlaceGroup {
  label: (TextKey & `navGroup.${string}`) | null;
  places: readonly Place[];
}

const CLIENT: readonly PlaceGroup[] = [
  {
    label: null,
    places: [
      { to: "/overview", label: "nav.overview", icon: LayoutDashboard },
      { to: "/my-devices", label: "nav.myDevices", icon: Gauge },
      { to: "/consumption", label: "nav.consumption", icon: ChartColumn },
      { to: "/alerts", label: "nav.alerts", icon: Bell },
    ],
  },
];

const STAFF: readonly PlaceGroup[] = [
  { label: null, places: [{ to: "/administration", label: "nav.overview", icon: Activity }] },
  {
    label: "navGroup.inventory",
    places: [
      { to: "/users", label: "nav.users", icon: Users },
      { to: "/devices", label: "nav.devices", icon: Gauge },
      { to: "/sites", label: "nav.sites", icon: House },
      { to: "/gateways", label: "nav.gateways", icon: Router },
    ],
  },
  {
    label: "navGroup.energy",
    places: [
      { to: "/consumption", label: "nav.consumption", icon: ChartColumn },
      { to: "/alerts", label: "nav.alerts", icon: Bell },
      { to: "/rules", label: "nav.rules", icon: BellRing },
      { to: "/completeness", label: "nav.completeness", icon: ClipboardCheck },
      { to: "/corrections", label: "nav.corrections", icon: PencilLine },
      { to: "/tariffs", label: "nav.tariffs", icon: Coins },
    ],
  },
  {
    label: "navGroup.support",
    places: [
      { to: "/inbox", label: "nav.inbox", icon: Inbox },
      { to: "/desk", label: "nav.desk", icon: Headset },
      { to: "/knowledge", label: "nav.knowledge", icon: BookOpenText },
      { to: "/model", label: "nav.model", icon: Bot },
    ],
  },
  {
    label: "navGroup.system",
    places: [
      { to: "/system", label: "nav.system", icon: HeartPulse },
      { to: "/rejected", label: "nav.rejected", icon: CircleX },
      { to: "/dead-letters", label: "nav.deadLetters", icon: MailX, administratorsOnly: true },
      { to: "/deliveries", label: "nav.deliveries", icon: Send },
      { to: "/ring", label: "nav.ring", icon: Orbit },
      { to: "/audit", label: "nav.audit", icon: ScrollText },
    ],
  },
];

export const PROFILE: Place = { to: "/profile", label: "nav.profile", icon: CircleUserRound };

export function groupsFor(role: Role | null): readonly PlaceGroup[] {
  if (role === "client") return CLIENT;
  if (role === "administrator") return STAFF;
  return STAFF.map((group) => ({ ...group, places: group.places.filter((place) => !place.administratorsOnly) }));
}

export function placesFor(role: Role | null): readonly Place[] {
  return groupsFor(role).flatMap(({ places }) => places);
}
