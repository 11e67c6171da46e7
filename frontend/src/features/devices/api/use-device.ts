import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import type { Device } from "@/queries/use-devices";

export function useDevice(id: number) {
  return useQuery({
    queryKey: ["devices", "one", id],
    queryFn: () => data(api.GET("/api/devices/{device_id}", { params: { path: { device_id: id } } })) as Promise<Device>,
  });
}
