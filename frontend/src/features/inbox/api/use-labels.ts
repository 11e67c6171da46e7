import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** All that are in use. */
export function useLabels() {
  return useQuery({ queryKey: ["inbox-labels"], queryFn: () => data(api.GET("/api/support/labels")) });
}

export function useSetLabels(conversation_id: string) {
  return useAct(
    (labels: string[]) =>
      data(api.PUT("/api/support/conversations/{conversation_id}/labels", { params: { path: { conversation_id } }, body: { labels } })),
    ["inbox", "inbox-conversation", "inbox-labels"],
  );
}
