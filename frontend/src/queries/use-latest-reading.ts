import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { Problem } from "@/api/problem";

const REFRESH_MS = 10_000;
/** So many intervals without a reading, and it is told. */
const PATIENCE = 4;

/** null: there has been none yet. */
export function useLatestReading(device: number) {
  return useQuery({
    queryKey: ["latest-reading", device],
    queryFn: () =>
      data(api.GET("/api/readings/{device_id}/latest", { params: { path: { device_id: device } } })).catch((error: unknown) => {
        if (error instanceof Problem && error.status === 404) return null;
        throw error;
      }),
    refetchInterval: REFRESH_MS,
  });
}

/** Whether a device that was last heard `at` should have been heard again by the time it was asked for. */
export function isLate(at: string, askedAtMs: number, intervalS: number): boolean {
  return askedAtMs - Date.parse(at) > PATIENCE * intervalS * 1000;
}
