import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useHandOver() {
  return useAct(
    (conversation_id: string) =>
      data(api.POST("/api/support/conversations/{conversation_id}/hand-over", { params: { path: { conversation_id } } })),
    ["conversation", "messages"],
  );
}
