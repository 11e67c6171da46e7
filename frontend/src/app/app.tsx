import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { RouterProvider } from "react-router";
import { Toaster } from "sonner";

import { Problem } from "@/api/problem";
import { useTheme } from "@/lib/theme";
import { useSession } from "@/lib/use-session";
import { router } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server has refused it will refuse again; what did not reach it may.
      retry: (count, error) => !(error instanceof Problem && error.status < 500) && count < 2,
    },
  },
});

const FOR_ANYBODY: ReadonlySet<unknown> = new Set(["about", "link"]);

export function App() {
  const theme = useTheme();
  useForgetfulness();
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <Toaster theme={theme} position="top-right" closeButton richColors />
    </QueryClientProvider>
  );
}

/** What one person has looked at is not there for the next one who signs in at the same window. */
function useForgetfulness() {
  const session = useSession();
  const who = session.status === "signed-in" ? session.userId : session.status;
  useEffect(() => {
    if (who === "signed-out") queries.removeQueries({ predicate: ({ queryKey }) => !FOR_ANYBODY.has(queryKey[0]) });
  }, [who]);
}
