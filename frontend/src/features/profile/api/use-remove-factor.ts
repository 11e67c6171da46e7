import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Proof } from "./use-factor";

export function useRemoveFactor() {
  return useAct((proof: Proof) => data(api.POST("/api/auth/second-factor/remove", { body: proof })), ["factor"]);
}
