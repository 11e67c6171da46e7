import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

/** For whom a one-time link is; an error when it is no good. */
export function useLink(token: string) {
  return useQuery({
    queryKey: ["link", token],
    queryFn: () => data(api.POST("/api/auth/links/inspect", { body: { token } })),
    retry: false,
    staleTime: Infinity,
  });
}
