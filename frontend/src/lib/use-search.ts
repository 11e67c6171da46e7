import { useCallback } from "react";
import { useSearchParams } from "react-router";

type Changes = Record<string, string | null>;

/** The state of a page in its address: `set({ search: "ana", page: null })`; null removes. */
export function useSearch() {
  const [parameters, setParameters] = useSearchParams();
  const set = useCallback(
    (changes: Changes) => {
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      );
    },
    [setParameters],
  );
  return [parameters, set] as const;
}

/** How many of a list stand before the page of it that is shown. */
export function useOffset(): number {
  const [search] = useSearch();
  return Number(search.get("offset")) || 0;
}
