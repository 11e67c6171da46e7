import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useRedeemLink() {
  return useAct((body: { token: string; password: string }) => data(api.POST("/api/auth/links/redeem", { body })));
}
