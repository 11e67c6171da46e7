import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type Alert = Schemas["AlertAnswer"];
type AlertPage = Schemas["Page_AlertAnswer_"];
export type AlertsWanted = NonNullable<paths["/api/alerts"]["get"]["parameters"]["query"]>;

/** The socket tells of changes; this is for when there is none. */
const REFRESH_MS = 60_000;

export function useAlerts(wanted: AlertsWanted) {
  return useQuery({
    queryKey: ["alerts", wanted],
    // The address can be asked for tables too, so its answer has several types.
    queryFn: () => data(api.GET("/api/alerts", { params: { query: wanted } })) as Promise<AlertPage>,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}
