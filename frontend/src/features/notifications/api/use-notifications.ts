import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Notification = Schemas["NotificationAnswer"];

/** The socket tells of new ones; this is for when there is none. */
const REFRESH_MS = 60_000;

export function useNotifications(unread: boolean, limit: number) {
  return useQuery({
    queryKey: ["notifications", unread, limit],
    queryFn: () => data(api.GET("/api/notifications", { params: { query: { unread, limit } } })),
    refetchInterval: REFRESH_MS,
  });
}

/** One, or (null) all that there are. */
export function useMarkNotificationRead() {
  return useAct(
    (id: string | null) =>
      id === null
        ? data(api.POST("/api/notifications/read"))
        : data(api.POST("/api/notifications/{notification_id}/read", { params: { path: { notification_id: id } } })),
    ["notifications"],
  );
}
