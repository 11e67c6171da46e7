import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";

import { useProblemText } from "./use-problem-text";

type Again = "active" | "none";

/**
 * A change to what the server holds: what is shown of `touches` is asked for anew (`none`: only when it is shown the
 * next time, for what is gone), a failure is told in a toast.
 */
export function useAct<In, Out>(work: (input: In) => Promise<Out>, touches: readonly string[] = [], again: Again = "active") {
  const queries = useQueryClient();
  const text = useProblemText();
  return useMutation({
    mutationFn: work,
    onSuccess: () => Promise.all(touches.map((key) => queries.invalidateQueries({ queryKey: [key], refetchType: again }))),
    onError: (error) => void toast.error(text(error)),
  });
}
