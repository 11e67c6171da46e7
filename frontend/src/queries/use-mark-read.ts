import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api } from "@/api/client";

/** Tells the other side that everything up to a message has been seen; what is `shown` counts the unread anew. */
export function useMarkRead(conversation_id: string | undefined, sequence: number | undefined, shown: string) {
  const queries = useQueryClient();
  useEffect(() => {
    if (!conversation_id || !sequence) return;
    const path = { conversation_id };
    void api
      .POST("/api/support/conversations/{conversation_id}/marks", { params: { path }, body: { delivered: sequence, read: sequence } })
      .then(() => queries.invalidateQueries({ queryKey: [shown] }))
      .catch(() => null);
  }, [queries, conversation_id, sequence, shown]);
}
