import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useSessions() {
  return useQuery({ queryKey: ["sessions"], queryFn: () => data(api.GET("/api/auth/sessions")) });
}
