import { useEffect, useState } from "react";

import { useSession } from "@/lib/use-session";
import type { Message } from "@/queries/use-messages";
import type { Draft, useSend } from "./api/use-send";
import type { Unsent } from "./unsent-bubble";

/**
 * What has not got through, also before a reload: the same id again is the same message, so that it may be tried as
 * often as one likes. Sent in truth where only the answer was lost: then it is among the messages.
 */
export function useUnsent(send: ReturnType<typeof useSend>, messages: readonly Message[]): Unsent | null {
  const key = useKey();
  const [kept, setKept] = useState(() => keptAt(key));
  const draft = send.variables ?? kept;
  const isSent = !draft || send.isSuccess || messages.some(({ client_message_id }) => client_message_id === draft.id);
  const unsent = isSent ? null : draft;
  useEffect(() => keep(key, unsent), [key, unsent]);
  if (!unsent) return null;
  const discard = () => {
    setKept(null);
    send.reset();
  };
  return { draft: unsent, failed: !send.isPending, tryAgain: () => send.mutate(unsent), discard };
}

/** Of one person: another may sign in in this tab. */
function useKey(): string {
  const session = useSession();
  return `kilowatch.unsent.${session.status === "signed-in" ? session.userId : ""}`;
}

/** Files cannot be kept. */
function keep(key: string, draft: Draft | null) {
  if (draft?.text) sessionStorage.setItem(key, JSON.stringify({ ...draft, files: [] }));
  else sessionStorage.removeItem(key);
}

function keptAt(key: string): Draft | null {
  const kept = sessionStorage.getItem(key);
  return kept ? (JSON.parse(kept) as Draft) : null;
}
