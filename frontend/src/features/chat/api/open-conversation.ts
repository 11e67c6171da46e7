import { api, data } from "@/api/client";
import type { Conversation } from "./use-conversation";

/** The one that is open, or a new one. */
export async function openConversation(last: Conversation | null | undefined, language: string): Promise<string> {
  if (last && last.state !== "resolved") return last.id;
  return (await data(api.POST("/api/support/conversations", { body: { language, subject: "" } }))).id;
}
