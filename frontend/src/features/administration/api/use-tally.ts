import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export const TALLY_MS = 5_000;

/** How many readings there were, with the time at which they were counted. */
export function useTally() {
  return useQuery({
    queryKey: ["tally"],
    queryFn: async () => ({ ...(await data(api.GET("/api/monitoring/tally"))).total, at: Date.now() }),
    refetchInterval: TALLY_MS,
  });
}
