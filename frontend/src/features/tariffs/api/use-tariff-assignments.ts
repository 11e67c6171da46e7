import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type TariffAssignment = Schemas["TariffAssignmentAnswer"];

const TOUCHED = ["tariffs", "my-tariffs", "usage"];

export function useTariffAssignments(tariff: number) {
  return useQuery({
    queryKey: ["tariffs", "assignments", tariff],
    queryFn: () => data(api.GET("/api/tariff-assignments", { params: { query: { tariff } } })),
  });
}

export function useAssignTariff() {
  return useAct((body: Schemas["TariffAssignmentBody"]) => data(api.POST("/api/tariff-assignments", { body })), TOUCHED);
}

export function useUnassignTariff() {
  return useAct(
    (id: number) => data(api.DELETE("/api/tariff-assignments/{assignment_id}", { params: { path: { assignment_id: id } } })),
    TOUCHED,
  );
}
