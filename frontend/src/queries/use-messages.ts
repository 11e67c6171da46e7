import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Message = Schemas["MessageAnswer"];

const NEWEST = 100;

/** The newest of a conversation; staff sees notes among them. */
export function useMessages(conversation: string | undefined) {
  return useQuery({
    queryKey: ["messages", conversation],
    queryFn: () =>
      data(
        api.GET("/api/support/conversations/{conversation_id}/messages", {
          params: { path: { conversation_id: conversation! }, query: { limit: NEWEST } },
        }),
      ),
    enabled: conversation !== undefined,
  });
}
