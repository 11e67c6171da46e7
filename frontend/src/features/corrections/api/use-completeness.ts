import { useInfiniteQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

interface Wanted {
  from: string;
  to: string;
  zone: string;
}

/** The devices that sent less than they ought to have, of whole days. */
export function useCompleteness(wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: ["completeness", wanted],
    queryFn: ({ pageParam }) => {
      const asked = api.GET("/api/completeness", { params: { query: { ...wanted, after: pageParam, limit: 50 } } });
      return data(asked) as Promise<Schemas["CompletenessAnswer"]>; // text only where a file was asked for
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
