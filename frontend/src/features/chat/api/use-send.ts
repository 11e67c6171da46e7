import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import { upload } from "@/queries/upload";
import { openConversation } from "./open-conversation";
import type { Conversation } from "./use-conversation";

export interface Draft {
  /** Chosen here: the same message sent twice is one message. */
  id: string;
  text: string;
  files: readonly File[];
}

/** Into the last conversation, or into the first. */
export function useSend(conversation: Conversation | null | undefined, language: string) {
  return useAct(
    async ({ id, text, files }: Draft) => {
      const open = await openConversation(conversation, language);
      const path = { conversation_id: open };
      return data(
        api.POST("/api/support/conversations/{conversation_id}/messages", {
          params: { path },
          body: { text, client_message_id: id, attachment_ids: await upload(open, files) },
        }),
      );
    },
    ["conversation", "messages"],
  );
}
