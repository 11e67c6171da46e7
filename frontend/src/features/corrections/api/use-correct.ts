import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Correction = Schemas["ExcludeBody"] | Schemas["ReplaceBody"] | Schemas["EstimateBody"];

export function useCorrect() {
  return useAct((body: Correction) => data(api.POST("/api/corrections", { body })), ["corrections", "completeness", "usage"]);
}
