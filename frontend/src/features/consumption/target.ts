import type { Choice } from "./use-choices";
import type { View } from "./use-view";

/** What is looked at: a device, a site, or all that are mine. */
export interface Target {
  device: Choice | null;
  site: { id: number; name: string } | null;
  zone: string;
  /** Those that may be told apart in it. */
  parts: readonly Choice[];
}

/** null: nothing that one may look at is chosen. */
export function targetOf(view: Pick<View, "device" | "site">, choices: readonly Choice[], mayTakeAll: boolean): Target | null {
  const device = choices.find(({ id }) => id === view.device) ?? null;
  if (device) return { device, site: null, zone: device.zone, parts: withThoseBehind(device, choices) };
  if (view.device !== null) return null;
  const there = view.site === null ? [] : choices.filter(({ site }) => site?.id === view.site);
  if (there.length > 0) return { device: null, site: there[0]!.site, zone: there[0]!.zone, parts: there };
  if (view.site !== null || !mayTakeAll || choices.length === 0) return null;
  return { device: null, site: null, zone: choices[0]!.zone, parts: choices };
}

function withThoseBehind(device: Choice, choices: readonly Choice[]): Choice[] {
  const behind = choices.filter(({ parent }) => parent === device.id);
  return [device, ...behind.flatMap((each) => withThoseBehind(each, choices))];
}
