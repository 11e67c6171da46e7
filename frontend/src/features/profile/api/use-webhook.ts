import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useWebhook() {
  return useQuery({ queryKey: ["webhook"], queryFn: () => data(api.GET("/api/notifications/webhook")) });
}

/** Each time with a new secret, which is told this once. */
export function useSetWebhook() {
  return useAct((url: string) => data(api.PUT("/api/notifications/webhook", { body: { url } })), ["webhook"]);
}

export function useRemoveWebhook() {
  return useAct(() => data(api.DELETE("/api/notifications/webhook")), ["webhook"]);
}
