import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Tried = Schemas["TryAnswer"];

export function useTry() {
  return useAct((body: Schemas["TryBody"]) => data(api.POST("/api/support/knowledge/try", { body })));
}
