import type { Schemas } from "@/api/client";

export interface Power {
  watts: number;
  /** When the oldest part of it was measured; null: this second. */
  measured: string | null;
  /** There should have been a newer reading by now. */
  isOld: boolean;
}

/** What is too old to be called now counts where there is nothing else. */
export function together(live: readonly number[], known: readonly Schemas["PowerAnswer"][]): Power | null {
  const measured = known.filter(({ power_w }) => power_w !== null);
  const fresh = measured.filter(({ is_old }) => !is_old);
  const isOld = live.length + fresh.length === 0;
  const counted = isOld ? measured : fresh;
  const watts = [...live, ...counted.map(({ power_w }) => power_w!)];
  if (watts.length === 0) return null;
  const times = counted.map(({ time }) => time!).toSorted((one, other) => Date.parse(one) - Date.parse(other));
  return { watts: watts.reduce((sum, each) => sum + each, 0), measured: times[0] ?? null, isOld };
}
