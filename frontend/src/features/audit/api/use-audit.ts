import { useInfiniteQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Entry = Schemas["LoggedEntry"];

export interface AuditWanted {
  action?: string;
  service?: string;
  actor?: string;
  object?: string;
}

export function useAudit(wanted: AuditWanted) {
  return useInfiniteQuery({
    queryKey: ["audit", wanted],
    queryFn: ({ pageParam }) => data(api.GET("/api/audit", { params: { query: { ...wanted, after: pageParam, limit: 50 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
