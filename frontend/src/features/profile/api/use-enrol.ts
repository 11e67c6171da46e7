import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useEnrol() {
  return useAct((password: string) => data(api.POST("/api/auth/second-factor", { body: { password } })));
}
