import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useDeleteDevice() {
  return useAct(
    (id: number) => data(api.DELETE("/api/devices/{device_id}", { params: { path: { device_id: id } } })),
    ["devices"],
    "none",
  );
}
