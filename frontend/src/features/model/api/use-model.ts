import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type ModelStanding = Schemas["AssistantState"];

const REFRESH_MS = 10_000;

export function useModel() {
  return useQuery({ queryKey: ["model"], queryFn: () => data(api.GET("/api/support/model")), refetchInterval: REFRESH_MS });
}

/** Off: it is not asked any more, and answers under way are broken off. */
export function useSwitchModel() {
  return useAct((on: boolean) => data(api.PUT("/api/support/model", { body: { on } })), ["model"]);
}
