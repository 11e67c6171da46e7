import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Conversation = Schemas["ConversationAnswer"];

/** The one that was talked in last; null: there has been none. */
export async function lastConversation(): Promise<Conversation | null> {
  return (await data(api.GET("/api/support/conversations/mine", { params: { query: { limit: 1 } } }))).items[0] ?? null;
}

export function useConversation() {
  return useQuery({ queryKey: ["conversation"], queryFn: lastConversation });
}
