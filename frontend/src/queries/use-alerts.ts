import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type Alert = Schemas["AlertAnswer"];
export type AlertsWanted = NonNullable<paths["/api/alerts"]["get"]["parameters"]["query"]>;

const REFRESH_MS = 15_000;

export function useAlerts(wanted: AlertsWanted) {
  return useQuery({
    queryKey: ["alerts", wanted],
    queryFn: () => data(api.GET("/api/alerts", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}
