import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useEndSession() {
  return useAct(
    (id: string) => data(api.DELETE("/api/auth/sessions/{session_id}", { params: { path: { session_id: id } } })),
    ["sessions"],
  );
}
