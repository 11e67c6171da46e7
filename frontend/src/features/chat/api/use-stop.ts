import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** What is written of the answer so far stays. */
export function useStop(conversation_id: string) {
  return useAct(() => data(api.POST("/api/support/conversations/{conversation_id}/stop", { params: { path: { conversation_id } } })), ["messages"]);
}
