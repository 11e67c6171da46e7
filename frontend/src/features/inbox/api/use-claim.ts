import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";

import { api, data } from "@/api/client";
import { Problem } from "@/api/problem";
import { useProblemText } from "@/lib/use-problem-text";

/** Of two who claim, one gets a conflict: that is no failure to pass over in a toast, the page tells it. */
export function useClaim(conversation_id: string) {
  const queries = useQueryClient();
  const text = useProblemText();
  return useMutation({
    mutationFn: () => data(api.POST("/api/support/conversations/{conversation_id}/claim", { params: { path: { conversation_id } } })),
    onError: (error) => void (isConflict(error) || toast.error(text(error))),
    onSettled: () => Promise.all(["inbox", "inbox-conversation", "messages"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

export function isConflict(error: unknown): error is Problem {
  return error instanceof Problem && error.status === 409;
}
