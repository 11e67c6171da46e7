import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type CannedReply = Schemas["CannedReply"];
export type ReplyText = Pick<CannedReply, "shortcut" | "text">;

export function useCannedReplies() {
  return useQuery({ queryKey: ["canned-replies"], queryFn: () => data(api.GET("/api/support/canned-replies")) });
}

export const addReply = (reply: ReplyText) => data(api.POST("/api/support/canned-replies", { body: reply }));

/** Makes a new one, or changes `before`. */
export function useSaveReply(before: CannedReply | null) {
  return useAct(({ shortcut, text }: ReplyText) => {
    if (!before) return addReply({ shortcut, text });
    const body = { shortcut, text, version: before.version };
    return data(api.PUT("/api/support/canned-replies/{reply_id}", { params: { path: { reply_id: before.id } }, body }));
  }, ["canned-replies"]);
}
