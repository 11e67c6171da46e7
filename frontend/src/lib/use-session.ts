import { useSyncExternalStore } from "react";

import { sessionStore } from "@/api/session";

export const useSession = () => useSyncExternalStore(sessionStore.subscribe, sessionStore.get);

export const useRole = () => {
  const session = useSession();
  return session.status === "signed-in" ? session.role : null;
};

/** Operators see what administrators see, and change nothing. */
export const useMayChange = () => useRole() === "administrator";
