import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Delivery = Schemas["DispatchRecord"];
export type DeliveryState = Schemas["DispatchState"];

const REFRESH_MS = 15_000;

interface Wanted {
  state: DeliveryState | undefined;
  offset: number;
  limit: number;
}

export function useDeliveries(wanted: Wanted) {
  return useQuery({
    queryKey: ["deliveries", wanted],
    queryFn: () => data(api.GET("/api/notifications/deliveries", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export function useTryAgain() {
  return useAct(
    (id: string) => data(api.POST("/api/notifications/deliveries/{delivery_id}/retry", { params: { path: { delivery_id: id } } })),
    ["deliveries"],
  );
}
