import { useEffect } from "react";

import { api } from "@/api/client";

/** Tells the other side that everything up to a message has been seen. */
export function useMarkRead(conversation_id: string | undefined, sequence: number | undefined) {
  useEffect(() => {
    if (!conversation_id || !sequence) return;
    const path = { conversation_id };
    void api.POST("/api/support/conversations/{conversation_id}/marks", { params: { path }, body: { delivered: sequence, read: sequence } }).catch(() => null);
  }, [conversation_id, sequence]);
}
