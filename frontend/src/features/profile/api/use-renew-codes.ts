import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Proof } from "./use-factor";

export function useRenewCodes() {
  return useAct((proof: Proof) => data(api.POST("/api/auth/second-factor/recovery-codes", { body: proof })), ["factor"]);
}
