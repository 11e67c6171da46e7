import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Assignment = Schemas["AssignmentAnswer"];

/** What people are assigned to. Who is assigned to a site sees every device of it. */
export interface Place {
  kind: "devices" | "sites";
  id: number;
}

export function useAssignments({ kind, id }: Place) {
  return useQuery({
    queryKey: [kind, "assignments", id],
    queryFn: () =>
      data(
        kind === "devices"
          ? api.GET("/api/devices/{device_id}/assignments", { params: { path: { device_id: id } } })
          : api.GET("/api/sites/{site_id}/assignments", { params: { path: { site_id: id } } }),
      ),
  });
}

/** What is shown of who sees what. */
export const ASSIGNED = ["devices", "sites"] as const;

export function assign({ kind, id }: Place, body: Schemas["AssignmentBody"]) {
  return data(
    kind === "devices"
      ? api.POST("/api/devices/{device_id}/assignments", { params: { path: { device_id: id } }, body })
      : api.POST("/api/sites/{site_id}/assignments", { params: { path: { site_id: id } }, body }),
  );
}

export function useAssign(place: Place) {
  return useAct((body: Schemas["AssignmentBody"]) => assign(place, body), ASSIGNED);
}

export function useUnassign({ kind, id }: Place) {
  return useAct(
    (user_id: string) =>
      data(
        kind === "devices"
          ? api.DELETE("/api/devices/{device_id}/assignments/{user_id}", { params: { path: { device_id: id, user_id } } })
          : api.DELETE("/api/sites/{site_id}/assignments/{user_id}", { params: { path: { site_id: id, user_id } } }),
      ),
    ASSIGNED,
  );
}
