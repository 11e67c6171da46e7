import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Detail = Schemas["ConversationDetail"];

export function useDetail(conversation_id: string) {
  return useQuery({
    queryKey: ["inbox-conversation", conversation_id],
    queryFn: () => data(api.GET("/api/support/conversations/{conversation_id}", { params: { path: { conversation_id } } })),
  });
}
