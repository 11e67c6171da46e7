import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Wishes = Schemas["Preferences"];

/** By which channel I want to be told of what. */
export function useWishes() {
  return useQuery({ queryKey: ["wishes"], queryFn: () => data(api.GET("/api/notifications/preferences")) });
}

export function useSaveWishes() {
  return useAct((body: Wishes) => data(api.PUT("/api/notifications/preferences", { body })), ["wishes"]);
}
