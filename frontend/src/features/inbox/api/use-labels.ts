import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** All that are in use. */
export function useLabels() {
  return useQuery({ queryKey: ["inbox-labels"], queryFn: () => data(api.GET("/api/support/labels")) });
}

export const TOUCHED_BY_LABELS = ["inbox", "inbox-conversation", "inbox-labels"] as const;

export const saveLabels = (conversation_id: string, labels: string[]) =>
  data(api.PUT("/api/support/conversations/{conversation_id}/labels", { params: { path: { conversation_id } }, body: { labels } }));

export function useSetLabels(conversation_id: string) {
  return useAct((labels: string[]) => saveLabels(conversation_id, labels), TOUCHED_BY_LABELS);
}
