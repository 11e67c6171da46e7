import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Usage = Schemas["UsageAnswer"];
export type UsageSeries = Schemas["UsageSeries"];
export type UsagePeriod = Schemas["UsagePeriod"];

export interface UsageWanted {
  /** null: all that are mine, or those of the site */
  device: number | null;
  site?: number | null;
  from?: string;
  to?: string;
  by: Schemas["Period"];
  /** What it costs too. */
  cost?: boolean;
}

const REFRESH_MS = 60_000;

export function usageQuery({ device, site, from, to, by, cost }: UsageWanted) {
  return queryOptions({
    queryKey: ["usage", device, site ?? null, from, to, by, cost ?? false],
    queryFn: () => askUsage({ device, site, from, to, by, cost }),
    refetchInterval: REFRESH_MS,
  });
}

export function useUsage(wanted: UsageWanted, enabled = true) {
  return useQuery({ ...usageQuery(wanted), placeholderData: keepPreviousData, enabled });
}

function askUsage({ device, site, from, to, by, cost }: UsageWanted): Promise<Usage> {
  const query = { from, to, by, cost };
  if (device !== null) return asUsage(api.GET("/api/usage/devices/{device_id}", { params: { path: { device_id: device }, query } }));
  if (site) return asUsage(api.GET("/api/usage/sites/{site_id}", { params: { path: { site_id: site }, query } }));
  return asUsage(api.GET("/api/usage/mine", { params: { query } }));
}

/** The address can be asked for tables too, so its answer has several types. */
function asUsage(answer: Parameters<typeof data>[0]): Promise<Usage> {
  return data(answer) as Promise<Usage>;
}
