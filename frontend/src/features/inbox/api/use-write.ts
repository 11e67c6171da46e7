import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export interface Written {
  /** Chosen here: the same message sent twice is one message. */
  id: string;
  text: string;
  internal: boolean;
}

/** To the client, or a note that no client ever sees. */
export function useWrite(conversation_id: string) {
  const params = { path: { conversation_id } };
  return useAct(
    ({ id, text, internal }: Written) => {
      const body = { text, client_message_id: id };
      return internal
        ? data(api.POST("/api/support/conversations/{conversation_id}/notes", { params, body }))
        : data(api.POST("/api/support/conversations/{conversation_id}/messages", { params, body: { ...body, attachment_ids: [] } }));
    },
    ["messages", "inbox"],
  );
}
