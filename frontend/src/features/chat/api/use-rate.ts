import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useRate(conversation_id: string) {
  return useAct(
    (score: number) =>
      data(api.POST("/api/support/conversations/{conversation_id}/rating", { params: { path: { conversation_id } }, body: { score, comment: "" } })),
    ["conversation"],
  );
}
