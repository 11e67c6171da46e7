import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useFactor() {
  return useQuery({ queryKey: ["factor"], queryFn: () => data(api.GET("/api/auth/second-factor")) });
}
