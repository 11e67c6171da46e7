import { useQuery } from "@tanstack/react-query";

import type { Role } from "@/api/session";

export interface DemoAccount {
  role: Role;
  email: string;
  password: string;
  /** That they see; null: all of them. */
  site: string | null;
}

interface About {
  version: string;
  demo_accounts: DemoAccount[];
}

/** What this installation tells to anybody; a sign-in page works without it. */
export function useAbout() {
  return useQuery({
    queryKey: ["about"],
    queryFn: async () => (await (await fetch("/api/about")).json()) as About,
    staleTime: Infinity,
  });
}
