import { useState } from "react";

const KEY = "kilowatch.knowledge";

interface Kept {
  number: number;
  yaml: string;
}

/** What is being written, and not yet saved, over a reload and a look at other pages; null: nothing. */
export function useDraft(number: number) {
  const [draft, setDraft] = useState<Kept | null>(read);
  const keep = (yaml: string | null) => {
    // Of which version it is a change, it stays.
    const next = yaml === null ? null : { number: draft?.number ?? number, yaml };
    if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
    else sessionStorage.removeItem(KEY);
    setDraft(next);
  };
  return [draft, keep] as const;
}

function read(): Kept | null {
  const kept = sessionStorage.getItem(KEY);
  return kept ? (JSON.parse(kept) as Kept) : null;
}
