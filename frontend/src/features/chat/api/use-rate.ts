import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useRate(conversation_id: string) {
  return useAct(
    (rating: Schemas["RatingBody"]) =>
      data(api.POST("/api/support/conversations/{conversation_id}/rating", { params: { path: { conversation_id } }, body: rating })),
    ["conversation"],
  );
}
