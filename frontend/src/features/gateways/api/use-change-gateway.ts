import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Gateway } from "./use-gateway";

export function useCreateGateway() {
  return useAct((body: Schemas["NewGatewayBody"]) => data(api.POST("/api/gateways", { body })), ["gateways"]);
}

/** Which devices it sends for shows in the list of devices too. */
export function useEditGateway({ id, version }: Gateway) {
  return useAct(
    (changes: Schemas["GatewayEditBody"]) =>
      data(api.PATCH("/api/gateways/{gateway_id}", { params: { path: { gateway_id: id } }, body: { ...changes, version } })),
    ["gateways", "devices"],
  );
}

export function useDeleteGateway() {
  return useAct(
    (id: number) => data(api.DELETE("/api/gateways/{gateway_id}", { params: { path: { gateway_id: id } } })),
    ["gateways"],
    "none",
  );
}
