import { api, data } from "@/api/client";
import { end } from "@/api/session";
import { useAct } from "@/lib/use-act";

export function useSignOutEverywhere() {
  return useAct(async () => {
    await data(api.POST("/api/auth/sign-out-everywhere"));
    end();
  });
}
