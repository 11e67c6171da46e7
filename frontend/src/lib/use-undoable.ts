import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { useAct } from "./use-act";

/** Long enough to read it, see the mistake and reach for the button. */
const PAUSE_MS = 8_000;

/**
 * Tells what has been done, with a way back for some seconds: `back` does the opposite, and what is shown of `touches`
 * is asked for anew.
 */
export function useUndoable(touches: readonly string[]) {
  const { t } = useTranslation();
  const undo = useAct((back: () => Promise<unknown>) => back(), touches);
  return (done: string, back: () => Promise<unknown>) =>
    void toast.success(done, {
      duration: PAUSE_MS,
      action: { label: t("action.undo"), onClick: () => undo.mutate(back, { onSuccess: () => void toast.success(t("state.undone")) }) },
    });
}
