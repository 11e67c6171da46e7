import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Hours = Schemas["HoursAnswer"];

export function useHours() {
  return useQuery({ queryKey: ["business-hours"], queryFn: () => data(api.GET("/api/support/business-hours")) });
}

export function useSaveHours() {
  return useAct((body: Schemas["HoursBody"]) => data(api.PUT("/api/support/business-hours", { body })), ["business-hours", "support-figures"]);
}
