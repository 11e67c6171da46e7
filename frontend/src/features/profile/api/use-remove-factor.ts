import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useRemoveFactor() {
  return useAct((password: string) => data(api.POST("/api/auth/second-factor/remove", { body: { password } })), ["factor"]);
}
