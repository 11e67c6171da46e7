import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** To another administrator, who finds the note among the notes. */
export function useTransfer(conversation_id: string) {
  return useAct(
    (body: { to: string; note: string }) =>
      data(api.POST("/api/support/conversations/{conversation_id}/transfer", { params: { path: { conversation_id } }, body })),
    ["inbox", "inbox-conversation", "messages"],
  );
}
