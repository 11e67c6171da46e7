import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type MyDevice = Schemas["MyDeviceAnswer"];

export function useMyDevices(enabled = true) {
  return useQuery({ queryKey: ["my-devices"], queryFn: () => data(api.GET("/api/devices/mine")), enabled });
}
