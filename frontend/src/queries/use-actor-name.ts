import { useQueries } from "@tanstack/react-query";

import { userQuery } from "./use-users";

const USER = "user/";

/** Who did something, or to whom it was done: people by name, others (`service/auth`, whoever is deleted) as the log calls them. */
export function useActorName(actors: readonly string[]): (actor: string) => string {
  const ids = [...new Set(actors.filter((actor) => actor.startsWith(USER)))].map((actor) => actor.slice(USER.length));
  const names = useQueries({
    queries: ids.map((id) => ({ ...userQuery(id), retry: false, staleTime: Infinity })),
    combine: (found) => new Map(found.map(({ data }) => [`${USER}${data?.id}`, data?.name])),
  });
  return (actor) => names.get(actor) ?? shortened(actor);
}

/** `user/5b0c1c9e…` is enough to tell two apart. */
export function shortened(name: string): string {
  return name.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/, "$1…");
}
