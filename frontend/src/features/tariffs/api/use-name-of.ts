import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import type { TariffAssignment } from "./use-tariff-assignments";

/** The name of what a tariff is assigned to; an error where it is gone. */
export function useNameOf(assignment: TariffAssignment) {
  return useQuery(nameQuery(assignment));
}

function nameQuery({ device_id, site_id, user_id }: TariffAssignment) {
  const [kind, id] = device_id ? ["devices", device_id] : site_id ? ["sites", site_id] : ["users", user_id];
  return queryOptions({
    queryKey: [kind, "name", id],
    queryFn: async (): Promise<{ name: string }> => {
      if (device_id) return data(api.GET("/api/devices/{device_id}", { params: { path: { device_id } } }));
      if (site_id) return data(api.GET("/api/sites/{site_id}", { params: { path: { site_id } } }));
      return data(api.GET("/api/users/{user_id}", { params: { path: { user_id: user_id! } } }));
    },
    retry: false,
  });
}
