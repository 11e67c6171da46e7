import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

export function useUser(id: string) {
  return useQuery({
    queryKey: ["users", "one", id],
    queryFn: () => data(api.GET("/api/users/{user_id}", { params: { path: { user_id: id } } })),
  });
}
