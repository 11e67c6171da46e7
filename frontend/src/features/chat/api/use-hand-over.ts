import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import { openConversation } from "./open-conversation";
import type { Conversation } from "./use-conversation";

/** Straight to a person, with or without a conversation so far. */
export function useHandOver(conversation: Conversation | null | undefined, language: string) {
  return useAct(async () => {
    const path = { conversation_id: await openConversation(conversation, language) };
    return data(api.POST("/api/support/conversations/{conversation_id}/hand-over", { params: { path } }));
  }, ["conversation", "messages"]);
}
