import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type Site = Schemas["SiteAnswer"];
export type SitesWanted = NonNullable<paths["/api/sites"]["get"]["parameters"]["query"]>;

export function useSites(wanted: SitesWanted) {
  return useQuery({
    queryKey: ["sites", wanted],
    queryFn: () => data(api.GET("/api/sites", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
  });
}
