import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useChangePassword() {
  return useAct(
    ({ current, next }: { current: string; next: string }) =>
      data(api.POST("/api/auth/password", { body: { current_password: current, new_password: next } })),
    ["sessions"],
  );
}
