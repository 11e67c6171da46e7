import { api, data } from "@/api/client";
import { lastConversation, type Conversation } from "./use-conversation";

/** The last one, which goes on also after it was resolved, or the first. `known` is undefined as long as nobody knows it. */
export async function openConversation(known: Conversation | null | undefined, language: string): Promise<string> {
  const last = known === undefined ? await lastConversation() : known;
  if (last) return last.id;
  return (await data(api.POST("/api/support/conversations", { body: { language, subject: "" } }))).id;
}
