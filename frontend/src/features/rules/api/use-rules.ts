import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type HeldRule = Schemas["RuleAnswer"];

/** What holds for a device; null: what holds for all that have no rule of their own. */
export function useRules(device: number | null) {
  return useQuery({ queryKey: ["rules", device], queryFn: () => ask(device) });
}

function ask(device: number | null): Promise<HeldRule[]> {
  if (device === null) return data(api.GET("/api/alert-rules"));
  return data(api.GET("/api/alert-rules/devices/{device_id}", { params: { path: { device_id: device } } }));
}
