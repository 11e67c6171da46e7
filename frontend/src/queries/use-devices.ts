import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type Device = Schemas["DeviceAnswer"];
export type DevicesWanted = NonNullable<paths["/api/devices"]["get"]["parameters"]["query"]>;

export function useDevices(wanted: DevicesWanted, enabled = true) {
  return useQuery({
    queryKey: ["devices", wanted],
    queryFn: () => data(api.GET("/api/devices", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
    enabled,
  });
}
