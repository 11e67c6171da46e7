import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useUndo() {
  return useAct(
    (id: number) => data(api.POST("/api/corrections/{correction_id}/undo", { params: { path: { correction_id: id } } })),
    ["corrections", "completeness", "usage"],
  );
}
