import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type GatewaySummary = Schemas["GatewaySummary"];
type Wanted = NonNullable<paths["/api/gateways"]["get"]["parameters"]["query"]>;

export function useGateways(wanted: Wanted) {
  return useQuery({
    queryKey: ["gateways", wanted],
    queryFn: () => data(api.GET("/api/gateways", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
  });
}
