import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Figures = Schemas["Figures"];

/** Of the cases that began on these days; to the end of today. */
export function useFigures(days: number) {
  return useQuery({
    queryKey: ["support-figures", days],
    queryFn: () => data(api.GET("/api/support/figures", { params: { query: { from: daysAgo(days) } } })),
    placeholderData: keepPreviousData,
  });
}

export function daysAgo(days: number, now: number = Date.now()): string {
  return new Date(now - days * 86_400_000).toISOString();
}
