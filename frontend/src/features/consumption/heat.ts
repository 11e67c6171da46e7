import { asUtc } from "@/lib/dates";
import { clockOf, dateOf } from "@/lib/format";
import type { UsagePeriod } from "@/queries/use-usage";

export const HOURS = 24;

/** The mean of every hour of every day of the week, Monday first; null: never measured. */
export function meansOfTheWeek(periods: readonly UsagePeriod[], valueOf: (period: UsagePeriod) => number | null): (number | null)[][] {
  const sums = Array.from({ length: 7 }, () => Array.from({ length: HOURS }, () => ({ sum: 0, count: 0 })));
  for (const period of periods) {
    const value = valueOf(period);
    if (value === null || !period.complete) continue;
    const weekday = (asUtc(dateOf(period.start)).getUTCDay() + 6) % 7;
    const cell = sums[weekday]![Number(clockOf(period.start).slice(0, 2))]!;
    cell.sum += value;
    cell.count += 1;
  }
  return sums.map((day) => day.map(({ sum, count }) => (count > 0 ? sum / count : null)));
}
