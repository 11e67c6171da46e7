import { useInfiniteQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Reason = Schemas["RejectionReason"];

export function useRejected(reason: Reason | undefined) {
  return useInfiniteQuery({
    queryKey: ["rejected", reason],
    queryFn: ({ pageParam }) =>
      data(api.GET("/api/rejected-readings", { params: { query: { reason, before: pageParam, limit: 50 } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
