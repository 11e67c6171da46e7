import { useState } from "react";

interface Count {
  received: number;
  at: number;
}

const WINDOW = 13;

/** Readings a second over the last minute or so, from counts taken now and then; null until there are two. */
export function useRate(count: Count | undefined): { perSecond: number; seconds: number } | null {
  const [counts, setCounts] = useState<readonly Count[]>([]);
  if (count && counts.at(-1)?.at !== count.at) setCounts([...counts, count].slice(-WINDOW));
  const [first, last] = [counts[0], counts.at(-1)];
  if (!first || !last || first === last) return null;
  const seconds = (last.at - first.at) / 1000;
  return { perSecond: (last.received - first.received) / seconds, seconds: Math.round(seconds) };
}
