import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

export type Conversation = Schemas["ConversationAnswer"];
type Found = Schemas["Page_ConversationAnswer_"];
type Wanted = NonNullable<paths["/api/support/conversations"]["get"]["parameters"]["query"]>;

export const FILTERS = ["all", "waiting", "mine", "unread", "assigned", "bot", "resolved"] as const;
export type Filter = (typeof FILTERS)[number];

/** The socket tells of changes; this is for when there is none. */
const REFRESH_MS = 60_000;

export function useInbox(filter: Filter, wanted: Pick<Wanted, "search" | "label" | "limit">, me: string) {
  return useQuery({
    queryKey: ["inbox", filter, wanted],
    queryFn: () => find(filter, wanted, me),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

/** Among all, who waits comes first, the longest above. */
async function find(filter: Filter, wanted: Wanted, me: string): Promise<Found> {
  if (filter === "mine") return list({ ...wanted, assigned_to: me });
  if (filter === "unread") return list({ ...wanted, unread: true });
  if (filter === "waiting") return longestFirst(await list({ ...wanted, state: "waiting" }));
  if (filter !== "all") return list({ ...wanted, state: filter });
  const [waiting, all] = await Promise.all([find("waiting", wanted, me), list(wanted)]);
  return { total: all.total, items: [...waiting.items, ...all.items.filter(({ state }) => state !== "waiting")] };
}

function longestFirst({ items, total }: Found): Found {
  return { items: items.toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0)), total };
}

const list = (query: Wanted) => data(api.GET("/api/support/conversations", { params: { query } }));
