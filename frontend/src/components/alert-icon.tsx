import { CalendarDays, CalendarRange, Gauge, Sparkles, WifiOff, Zap, type LucideIcon } from "lucide-react";

import type { AlertKind } from "@/lib/alerts";

const ICONS: Record<AlertKind, LucideIcon> = {
  hourly_limit: Gauge,
  power_limit: Zap,
  daily_budget: CalendarDays,
  monthly_budget: CalendarRange,
  offline: WifiOff,
  unusual_use: Sparkles,
};

export function AlertIcon({ kind, className }: { kind: AlertKind; className: string }) {
  const Icon = ICONS[kind];
  return <Icon className={className} aria-hidden />;
}
