import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useAssign(device: number) {
  return useAct(
    (body: Schemas["AssignmentBody"]) =>
      data(api.POST("/api/devices/{device_id}/assignments", { params: { path: { device_id: device } }, body })),
    ["devices"],
  );
}
