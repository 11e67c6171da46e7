import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useAssignments(device: number) {
  return useQuery({
    queryKey: ["devices", "assignments", device],
    queryFn: () => data(api.GET("/api/devices/{device_id}/assignments", { params: { path: { device_id: device } } })),
  });
}
