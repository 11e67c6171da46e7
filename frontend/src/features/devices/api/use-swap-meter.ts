import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** Usage is counted again within seconds. */
export function useSwapMeter() {
  return useAct(
    (body: Schemas["MeterSwapBody"]) => data(api.POST("/api/corrections", { body })),
    ["corrections", "completeness", "usage", "latest-reading"],
  );
}
