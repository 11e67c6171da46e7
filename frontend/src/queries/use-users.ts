import { keepPreviousData, useQuery } from "@tanstack/react-query";

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
