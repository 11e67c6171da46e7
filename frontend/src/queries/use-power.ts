import { useQueries } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { together, type Power } from "@/lib/power";
import { useLives } from "@/realtime";

/** The power of devices together: as the socket tells it, and until it does as the newest readings show it. null: of none
of them it is known. */
export function usePower(devices: readonly number[]): Power | null {
  const lives = useLives();
  const live = devices.flatMap((id) => lives.get(id)?.power_w ?? []);
  const silent = devices.filter((id) => (lives.get(id)?.power_w ?? null) === null);
  const known = useQueries({
    queries: silent.map((id) => ({
      queryKey: ["power", id],
      queryFn: () => data(api.GET("/api/readings/{device_id}/power", { params: { path: { device_id: id } } })),
    })),
  });
  return together(live, known.flatMap((each) => each.data ?? []));
}
