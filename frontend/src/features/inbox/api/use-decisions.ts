import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Judged = Schemas["Judged"];

/** What the assistant decided about each message of a conversation, the newest first. */
export function useDecisions(conversation_id: string) {
  return useQuery({
    queryKey: ["decisions", conversation_id],
    queryFn: () =>
      data(api.GET("/api/support/conversations/{conversation_id}/decisions", { params: { path: { conversation_id } } })),
  });
}
