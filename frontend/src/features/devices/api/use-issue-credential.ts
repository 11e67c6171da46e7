import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useIssueCredential(device: number) {
  return useAct(() => data(api.POST("/api/devices/{device_id}/credentials", { params: { path: { device_id: device } } })), ["devices"]);
}
