import { useInfiniteQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useCorrections(device: number | undefined) {
  return useInfiniteQuery({
    queryKey: ["corrections", device],
    queryFn: ({ pageParam }) => data(api.GET("/api/corrections", { params: { query: { device, before: pageParam, limit: 50 } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
