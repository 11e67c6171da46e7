import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import type { Site } from "@/queries/use-sites";

export function useSite(id: number) {
  return useQuery({
    queryKey: ["sites", "one", id],
    queryFn: () => data(api.GET("/api/sites/{site_id}", { params: { path: { site_id: id } } })) as Promise<Site>,
  });
}
