import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

interface Acknowledgement {
  id: string;
  version: number;
  note: string;
}

export function useAcknowledge() {
  return useAct(
    ({ id, ...body }: Acknowledgement) =>
      data(api.POST("/api/alerts/{alert_id}/acknowledge", { params: { path: { alert_id: id } }, body })),
    ["alerts"],
  );
}
