import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Site } from "@/queries/use-sites";

/** Makes a new site, or changes `before`; its name stands at its devices too. */
export function useSaveSite(before: Site | null) {
  return useAct(
    (body: Schemas["NewSiteBody"]) => {
      if (!before) return data(api.POST("/api/sites", { body }));
      return data(
        api.PATCH("/api/sites/{site_id}", { params: { path: { site_id: before.id } }, body: { ...body, version: before.version } }),
      );
    },
    ["sites", "devices"],
  );
}

export function useDeleteSite() {
  return useAct(
    (id: number) => data(api.DELETE("/api/sites/{site_id}", { params: { path: { site_id: id } } })),
    ["sites", "devices"],
    "none",
  );
}
