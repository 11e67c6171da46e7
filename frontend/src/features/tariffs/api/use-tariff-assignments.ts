import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type TariffAssignment = Schemas["TariffAssignmentAnswer"];

/** What is shown of prices. */
export const PRICED = ["tariffs", "my-tariffs", "usage"] as const;

export function useTariffAssignments(tariff: number) {
  return useQuery({
    queryKey: ["tariffs", "assignments", tariff],
    queryFn: () => data(api.GET("/api/tariff-assignments", { params: { query: { tariff } } })),
  });
}

export const assignTariff = (body: Schemas["TariffAssignmentBody"]) => data(api.POST("/api/tariff-assignments", { body }));

export function useAssignTariff() {
  return useAct(assignTariff, PRICED);
}

export function useUnassignTariff() {
  return useAct(
    (id: number) => data(api.DELETE("/api/tariff-assignments/{assignment_id}", { params: { path: { assignment_id: id } } })),
    PRICED,
  );
}
