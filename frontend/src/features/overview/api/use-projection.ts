import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

const REFRESH_MS = 300_000;

/** How the month will end. */
export function useProjection() {
  return useQuery({
    queryKey: ["projection"],
    queryFn: () => data(api.GET("/api/usage/mine/projection")),
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS,
  });
}
