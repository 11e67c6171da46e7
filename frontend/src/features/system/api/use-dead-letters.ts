import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type DeadLetter = Schemas["DeadLetterView"];

/** The oldest; the others come once these are dealt with. */
const MOST = 50;

export function useDeadLetters(queue: string | undefined) {
  return useQuery({
    queryKey: ["dead-letters", queue],
    queryFn: () => data(api.GET("/api/system/dead-letters", { params: { query: { queue, limit: MOST } } })),
  });
}

const TOUCHED = ["dead-letters", "health"];

export function useReplay() {
  return useAct(
    ({ queue, id }: DeadLetter) =>
      data(api.POST("/api/system/dead-letters/{queue}/{letter_id}/replay", { params: { path: { queue, letter_id: id } } })),
    TOUCHED,
  );
}

export function useDiscard() {
  return useAct(
    ({ queue, id }: DeadLetter) =>
      data(api.DELETE("/api/system/dead-letters/{queue}/{letter_id}", { params: { path: { queue, letter_id: id } } })),
    TOUCHED,
  );
}
