import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Gateway = Schemas["GatewayRecord"];

export function useGateway(id: number) {
  return useQuery({
    queryKey: ["gateways", "one", id],
    queryFn: () => data(api.GET("/api/gateways/{gateway_id}", { params: { path: { gateway_id: id } } })),
  });
}
