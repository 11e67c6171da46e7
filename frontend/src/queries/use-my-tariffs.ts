import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type MyTariff = Schemas["TariffInForce"];

/** What my energy costs, and at which of my devices. */
export function useMyTariffs() {
  return useQuery({ queryKey: ["my-tariffs"], queryFn: () => data(api.GET("/api/tariffs/mine")), staleTime: 300_000 });
}
