import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

/** The text that is in force. */
export function useKnowledge() {
  return useQuery({ queryKey: ["knowledge"], queryFn: () => data(api.GET("/api/support/knowledge")), staleTime: 300_000 });
}

interface Saved {
  yaml: string;
  note: string;
  /** The version that was edited; a newer one is a conflict. */
  number: number;
}

export function useSaveKnowledge() {
  return useAct((body: Saved) => data(api.PUT("/api/support/knowledge", { body })), ["knowledge", "knowledge-versions"]);
}

/** What is wrong with a text; null: with none. */
export function useCheck(yaml: string | null) {
  return useQuery({
    queryKey: ["knowledge-check", yaml],
    queryFn: () => data(api.POST("/api/support/knowledge/check", { body: { yaml: yaml! } })),
    enabled: yaml !== null,
    gcTime: 0,
  });
}
