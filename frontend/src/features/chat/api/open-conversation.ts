import { api, data } from "@/api/client";
import { lastConversation, type Conversation } from "./use-conversation";

/** The one that is open, or a new one. `known` is undefined while nobody knows yet which was the last. */
export async function openConversation(known: Conversation | null | undefined, language: string): Promise<string> {
  const last = known === undefined ? await lastConversation() : known;
  if (last && last.state !== "resolved") return last.id;
  return (await data(api.POST("/api/support/conversations", { body: { language, subject: "" } }))).id;
}
