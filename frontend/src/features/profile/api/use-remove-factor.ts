import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import { useAct } from "@/lib/use-act";

export type Proof = components["schemas"]["FactorProofBody"];

export function useRemoveFactor() {
  return useAct((proof: Proof) => data(api.POST("/api/auth/second-factor/remove", { body: proof })), ["factor"]);
}
