import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Usage = Schemas["UsageAnswer"];
export type UsageSeries = Schemas["UsageSeries"];
export type UsagePeriod = Schemas["UsagePeriod"];

export interface UsageWanted {
  /** null: all that are mine */
  device: number | null;
  from?: string;
  to?: string;
  by: Schemas["Period"];
}

const REFRESH_MS = 60_000;

export function useUsage({ device, from, to, by }: UsageWanted, enabled = true) {
  return useQuery({
    queryKey: ["usage", device, from, to, by],
    queryFn: () => askUsage({ device, from, to, by }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    enabled,
  });
}

function askUsage({ device, from, to, by }: UsageWanted): Promise<Usage> {
  const query = { from, to, by };
  if (device === null) return data(api.GET("/api/usage/mine", { params: { query } })) as Promise<Usage>;
  return data(api.GET("/api/usage/devices/{device_id}", { params: { path: { device_id: device }, query } })) as Promise<Usage>;
}
