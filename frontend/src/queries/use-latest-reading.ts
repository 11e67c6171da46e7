import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";

const REFRESH_MS = 10_000;
/** So many intervals without a reading, and it is told. */
const PATIENCE = 4;

/** null: there has been none yet. */
export function useLatestReading(device: number) {
  return useQuery({
    queryKey: ["latest-reading", device],
    // Not `…/latest`, which answers 404 for a meter that is new: the browser calls that an error.
    queryFn: async () => {
      const params = { path: { device_id: device }, query: { order: "descending", limit: 1 } } as const;
      const page = await data(api.GET("/api/readings/{device_id}", { params }));
      return typeof page === "string" ? null : (page.items[0] ?? null); // text is what CSV would be
    },
    refetchInterval: REFRESH_MS,
  });
}

/** Whether a device that was last heard `at` should have been heard again by the time it was asked for. */
export function isLate(at: string, askedAtMs: number, intervalS: number): boolean {
  return askedAtMs - Date.parse(at) > PATIENCE * intervalS * 1000;
}
