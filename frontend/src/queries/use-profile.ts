import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useProfile() {
  return useQuery({ queryKey: ["profile"], queryFn: () => data(api.GET("/api/users/me")), staleTime: 300_000 });
}
