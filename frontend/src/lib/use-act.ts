import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";

import { useProblemText } from "./use-problem-text";

/** A change to what the server holds: whatever is shown of `touches` is asked for anew, a failure is told in a toast. */
export function useAct<In, Out>(work: (input: In) => Promise<Out>, touches: readonly string[] = []) {
  const queries = useQueryClient();
  const text = useProblemText();
  return useMutation({
    mutationFn: work,
    onSuccess: () => Promise.all(touches.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
    onError: (error) => void toast.error(text(error)),
  });
}
