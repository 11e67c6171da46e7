import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useChannel, useFrames } from "@/realtime";

/** The socket tells of changes; this is for when there is none. */
const REFRESH_MS = 60_000;

/** How many conversations wait for somebody. */
export function useWaiting() {
  const queries = useQueryClient();
  useChannel("staff/conversations");
  useFrames((frame) => {
    if (frame.type.startsWith("conversation.")) void queries.invalidateQueries({ queryKey: ["waiting"] });
  });
  return useQuery({
    queryKey: ["waiting"],
    queryFn: async () => (await data(api.GET("/api/support/figures"))).waiting_now,
    refetchInterval: REFRESH_MS,
  });
}
