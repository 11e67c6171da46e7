import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

const SESSIONS = "sessions";

export function useTheirSessions(user_id: string) {
  return useQuery({
    queryKey: [SESSIONS, user_id],
    queryFn: () => data(api.GET("/api/auth/accounts/{user_id}/sessions", { params: { path: { user_id } } })),
  });
}

export function useEndTheirSession(user_id: string) {
  return useAct(
    (session_id: string) =>
      data(api.DELETE("/api/auth/accounts/{user_id}/sessions/{session_id}", { params: { path: { user_id, session_id } } })),
    [SESSIONS],
  );
}

export function useEndTheirSessions(user_id: string) {
  return useAct(() => data(api.DELETE("/api/auth/accounts/{user_id}/sessions", { params: { path: { user_id } } })), [SESSIONS]);
}
