import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Device } from "@/queries/use-devices";

/** Registers a new device, or changes `before`. */
export function useSaveDevice(before: Device | null) {
  return useAct((body: Schemas["NewDeviceBody"]) => {
    if (!before) return data(api.POST("/api/devices", { body }));
    return data(
      api.PATCH("/api/devices/{device_id}", {
        params: { path: { device_id: before.id } },
        body: { ...body, version: before.version },
      }),
    );
  }, ["devices"]);
}
