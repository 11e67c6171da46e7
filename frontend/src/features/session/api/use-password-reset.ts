import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function usePasswordReset() {
  return useAct((email: string) => data(api.POST("/api/auth/password-reset", { body: { email } })));
}
