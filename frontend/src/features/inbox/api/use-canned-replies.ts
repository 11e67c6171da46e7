import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useCannedReplies() {
  return useQuery({ queryKey: ["canned-replies"], queryFn: () => data(api.GET("/api/support/canned-replies")) });
}

/** The text of one, with its variables filled in for a conversation. */
export function useFillReply(conversation_id: string) {
  return useAct((reply_id: string) =>
    data(api.POST("/api/support/canned-replies/{reply_id}/fill", { params: { path: { reply_id } }, body: { conversation_id } })),
  );
}

export function useAddReply() {
  return useAct(
    (reply: { shortcut: string; text: string }) => data(api.POST("/api/support/canned-replies", { body: reply })),
    ["canned-replies"],
  );
}
