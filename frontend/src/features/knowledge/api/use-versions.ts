import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useVersions() {
  return useQuery({ queryKey: ["knowledge-versions"], queryFn: () => data(api.GET("/api/support/knowledge/versions")) });
}

/** An old version as the newest one. 0: the one that Kilowatch comes with. */
export function useRestore() {
  return useAct(
    (number: number) => data(api.POST("/api/support/knowledge/versions/{number}/restore", { params: { path: { number } } })),
    ["knowledge", "knowledge-versions"],
  );
}
