import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import type { Span } from "../calendar";

/** What every hour of the week uses on average, Monday first. */
export function useWeek(device: number | null, site: number | null, { from, to }: Span) {
  const query = { from, to };
  return useQuery({
    queryKey: ["usage", "week", device, site, from, to],
    queryFn: () => {
      if (device) return data(api.GET("/api/usage/devices/{device_id}/week", { params: { path: { device_id: device }, query } }));
      if (site) return data(api.GET("/api/usage/sites/{site_id}/week", { params: { path: { site_id: site }, query } }));
      return data(api.GET("/api/usage/mine/week", { params: { query } }));
    },
  });
}
