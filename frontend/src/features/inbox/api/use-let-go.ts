import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** Back to the bot, or done. */
export function useLetGo(conversation_id: string) {
  const params = { path: { conversation_id } };
  return useAct(
    (how: "release" | "resolve") =>
      how === "release"
        ? data(api.POST("/api/support/conversations/{conversation_id}/release", { params }))
        : data(api.POST("/api/support/conversations/{conversation_id}/resolve", { params })),
    ["inbox", "inbox-conversation", "messages"],
  );
}
