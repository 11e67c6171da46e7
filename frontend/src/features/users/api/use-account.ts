import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** What somebody signs in with, but for the secrets themselves. */
export function useAccount(user_id: string) {
  return useQuery({
    queryKey: ["accounts", user_id],
    queryFn: () => data(api.GET("/api/auth/accounts/{user_id}", { params: { path: { user_id } } })),
  });
}

export function useResetFactor(user_id: string) {
  return useAct(
    () => data(api.DELETE("/api/auth/accounts/{user_id}/second-factor", { params: { path: { user_id } } })),
    ["accounts"],
  );
}

export function useRevokeTheirKey(user_id: string) {
  return useAct(
    (key_id: string) => data(api.DELETE("/api/auth/accounts/{user_id}/api-keys/{key_id}", { params: { path: { user_id, key_id } } })),
    ["accounts"],
  );
}
