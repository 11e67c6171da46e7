import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

interface Addition {
  gateway_id: number;
  devices: readonly number[];
}

/** It sends for these too, beside those that it sends for already. */
export function useAddToGateway() {
  return useAct(async ({ gateway_id, devices }: Addition) => {
    const path = { gateway_id };
    const { device_ids, version } = await data(api.GET("/api/gateways/{gateway_id}", { params: { path } }));
    const body = { device_ids: [...new Set([...device_ids, ...devices])], version };
    return data(api.PATCH("/api/gateways/{gateway_id}", { params: { path }, body }));
  }, ["gateways", "devices"]);
}
