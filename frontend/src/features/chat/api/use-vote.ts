import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useVote(conversation_id: string) {
  return useAct(
    ({ sequence, helpful }: { sequence: number; helpful: boolean }) =>
      data(
        api.POST("/api/support/conversations/{conversation_id}/messages/{sequence}/vote", {
          params: { path: { conversation_id, sequence } },
          body: { helpful },
        }),
      ),
    ["messages"],
  );
}
