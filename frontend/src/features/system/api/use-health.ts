import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Health = Schemas["Health"];

const REFRESH_MS = 10_000;

export function useHealth() {
  return useQuery({ queryKey: ["health"], queryFn: () => data(api.GET("/api/system/health")), refetchInterval: REFRESH_MS });
}
