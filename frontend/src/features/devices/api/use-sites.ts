import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useSites() {
  return useQuery({ queryKey: ["sites"], queryFn: () => data(api.GET("/api/sites", { params: { query: { limit: 200 } } })) });
}
