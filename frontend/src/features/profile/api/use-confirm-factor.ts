import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useConfirmFactor() {
  return useAct((code: string) => data(api.POST("/api/auth/second-factor/confirm", { body: { code } })), ["factor"]);
}
