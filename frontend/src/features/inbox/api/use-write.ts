import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import { upload } from "@/queries/upload";

export interface Written {
  /** Chosen here: the same message sent twice is one message. */
  id: string;
  text: string;
  internal: boolean;
  /** A note has none. */
  files: readonly File[];
}

/** To the client, or a note that no client ever sees. */
export function useWrite(conversation_id: string) {
  const params = { path: { conversation_id } };
  return useAct(
    async ({ id, text, internal, files }: Written) => {
      const body = { text, client_message_id: id };
      if (internal) return data(api.POST("/api/support/conversations/{conversation_id}/notes", { params, body }));
      const attachment_ids = await upload(conversation_id, files);
      return data(api.POST("/api/support/conversations/{conversation_id}/messages", { params, body: { ...body, attachment_ids } }));
    },
    ["messages", "inbox"],
  );
}
