import { clockOf } from "@/lib/format";
import type { UsagePeriod } from "@/queries/use-usage";

const SLOT_MINUTES = 15;

/** What was used of a day until a clock, such as 16:05. A slot that has only begun then counts in part: none is kept that is finer. */
export function kwhUntil(clock: string, slots: readonly UsagePeriod[]): number {
  const shares = slots.map(({ start, energy_kwh }) => {
    const share = (minutesOf(clock) - minutesOf(clockOf(start))) / SLOT_MINUTES;
    return (energy_kwh ?? 0) * Math.min(Math.max(share, 0), 1);
  });
  return shares.reduce((sum, kwh) => sum + kwh, 0);
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
