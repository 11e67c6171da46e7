import { useQuery } from "@tanstack/react-query";

export interface DemoAccount {
  role: string;
  email: string;
  password: string;
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
