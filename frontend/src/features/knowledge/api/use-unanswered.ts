import { useInfiniteQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Question = Schemas["Judged"];

const SIZE = 25;

/** Questions without an answer, or with one that was of no help: the newest first. */
export function useUnanswered() {
  return useInfiniteQuery({
    queryKey: ["unanswered"],
    queryFn: ({ pageParam }) => data(api.GET("/api/support/unanswered", { params: { query: { before: pageParam, limit: SIZE } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length === SIZE ? page.at(-1)!.asked_at : undefined),
  });
}
