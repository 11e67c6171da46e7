import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useCredentials(device: number) {
  return useQuery({
    queryKey: ["devices", "credentials", device],
    queryFn: () => data(api.GET("/api/devices/{device_id}/credentials", { params: { path: { device_id: device } } })),
  });
}
