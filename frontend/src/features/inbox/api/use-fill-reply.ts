import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** The text of a canned reply, with its variables filled in for a conversation. */
export function useFillReply(conversation_id: string) {
  return useAct((reply_id: string) =>
    data(api.POST("/api/support/canned-replies/{reply_id}/fill", { params: { path: { reply_id } }, body: { conversation_id } })),
  );
}
