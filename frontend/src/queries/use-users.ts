import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type User = Schemas["Account"];
export type UsersWanted = NonNullable<paths["/api/users"]["get"]["parameters"]["query"]>;

export function useUsers(wanted: UsersWanted) {
  return useQuery({
    queryKey: ["users", wanted],
    queryFn: () => data(api.GET("/api/users", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
  });
}

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ["users", "one", id],
    queryFn: () => data(api.GET("/api/users/{user_id}", { params: { path: { user_id: id } } })),
  });
}
