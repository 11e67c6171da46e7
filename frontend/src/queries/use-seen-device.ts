import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

/** Administrators see all of a device, its people what concerns them. */
export type SeenDevice = Schemas["DeviceAnswer"] | Schemas["MyDeviceAnswer"];

export function useSeenDevice(id: number) {
  return useQuery({
    queryKey: ["devices", "one", id],
    queryFn: () => data(api.GET("/api/devices/{device_id}", { params: { path: { device_id: id } } })),
  });
}
