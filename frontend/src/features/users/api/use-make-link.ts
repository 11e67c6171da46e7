import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useMakeLink() {
  return useAct((id: string) => data(api.POST("/api/auth/accounts/{user_id}/link", { params: { path: { user_id: id } } })));
}
