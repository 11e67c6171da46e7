import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useKeys() {
  return useQuery({ queryKey: ["api-keys"], queryFn: () => data(api.GET("/api/auth/api-keys")) });
}

/** Its text is told this once. */
export function useMakeKey() {
  return useAct((body: Schemas["NewKeyBody"]) => data(api.POST("/api/auth/api-keys", { body })), ["api-keys"]);
}

export function useRevokeKey() {
  return useAct((key_id: string) => data(api.DELETE("/api/auth/api-keys/{key_id}", { params: { path: { key_id } } })), ["api-keys"]);
}
