import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useUnassign(device: number) {
  return useAct(
    (user: string) =>
      data(api.DELETE("/api/devices/{device_id}/assignments/{user_id}", { params: { path: { device_id: device, user_id: user } } })),
    ["devices"],
  );
}
