import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useReplay() {
  return useAct(
    (id: number) => data(api.POST("/api/rejected-readings/{rejected_id}/replay", { params: { path: { rejected_id: id } } })),
    ["rejected"],
  );
}
