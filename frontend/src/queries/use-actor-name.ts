import { useUsers } from "./use-users";

const MOST = 200;

/** Who did something: administrators by name, others (`user/5b0c1c9e…`, `service/auth`) as the log calls them. */
export function useActorName(): (actor: string) => string {
  const people = useUsers({ role: "administrator", limit: MOST }).data?.items;
  return (actor) => people?.find(({ id }) => actor === `user/${id}`)?.name ?? shortened(actor);
}

/** `user/5b0c1c9e…` is enough to tell two apart. */
export function shortened(name: string): string {
  return name.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/, "$1…");
}
