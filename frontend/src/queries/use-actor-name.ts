import { useQueries } from "@tanstack/react-query";

import { api, data } from "@/api/client";

const USER = "user/";
const AT_ONCE = 100;

/** Who did something, or to whom it was done: people by name, others (`service/auth`, whoever is deleted) as the log calls them. */
export function useActorName(actors: readonly string[]): (actor: string) => string {
  const ids = [...new Set(actors.filter((actor) => actor.startsWith(USER)))].map((actor) => actor.slice(USER.length));
  const names = useQueries({
    queries: inParts(ids).map((some) => ({
      queryKey: ["users", "of", some],
      queryFn: () => data(api.GET("/api/users", { params: { query: { ids: some, limit: AT_ONCE } } })),
      staleTime: Infinity,
    })),
    combine: (found) => new Map(found.flatMap((part) => part.data?.items ?? []).map(({ id, name }) => [`${USER}${id}`, name])),
  });
  return (actor) => names.get(actor) ?? shortened(actor);
}

/** A list that grows at its end keeps its full parts, and what is known of them. */
function inParts(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, part) => ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE));
}

/** `user/5b0c1c9e…` is enough to tell two apart. */
export function shortened(name: string): string {
  return name.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/, "$1…");
}
