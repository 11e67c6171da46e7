import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Ring = Schemas["RingView"];

const REFRESH_MS = 5_000;

export function useRing() {
  return useQuery({ queryKey: ["ring"], queryFn: () => data(api.GET("/api/monitoring/leases")), refetchInterval: REFRESH_MS });
}
