import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Device } from "@/queries/use-devices";

/** To a site, or (null) to none. What is behind a meter moves with it; it is no longer behind one that stays. */
export function useMoveDevices(site_id: number | null) {
  return useAct((devices: readonly Device[]) => moveAll(devices, site_id), ["devices", "sites"]);
}

async function moveAll(devices: readonly Device[], site_id: number | null) {
  const moving = new Set(devices.map(({ id }) => id));
  // One that moves with its parent goes by itself, in the hands of the server.
  const first = devices.filter(({ parent }) => !parent || !moving.has(parent.id));
  for (const { id } of first) {
    await data(api.PATCH("/api/devices/{device_id}", { params: { path: { device_id: id } }, body: { site_id, parent_id: null } }));
  }
}
