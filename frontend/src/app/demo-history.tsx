import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { authorisedFetch } from "@/api/fetch";
import { useFormat } from "@/lib/use-format";
import { useAbout } from "@/queries/use-about";

interface Demo {
  phase: "seeding" | "history" | "live";
  sent_until: string | null;
}

const LOOK_EVERY_MS = 2_000;

/** In the first minute of a demo: why everything is zero yet. When its history is there, every figure is asked for anew. */
export function DemoHistory() {
  const { t } = useTranslation();
  const format = useFormat();
  const demo = useDemo();
  if (!demo || demo.phase === "live") return null;
  const day = demo.sent_until && format.date(demo.sent_until.slice(0, 10), "short");
  return (
    <p role="status" className="bg-warn-wash px-4 py-2 text-sm text-warn sm:px-6">
      {day ? t("app.demoHistory", { day }) : t("app.demoBegins")}
    </p>
  );
}

function useDemo(): Demo | undefined {
  const isDemo = (useAbout().data?.demo_accounts.length ?? 0) > 0;
  const demo = useQuery({
    queryKey: ["demo"],
    queryFn: async () => (await (await authorisedFetch(new Request(new URL("/api/demo", window.location.origin)))).json()) as Demo,
    enabled: isDemo,
    refetchInterval: ({ state }) => (state.data?.phase === "live" ? false : LOOK_EVERY_MS),
  }).data;
  useFreshFigures(demo?.phase);
  return demo;
}

function useFreshFigures(phase: Demo["phase"] | undefined) {
  const queries = useQueryClient();
  const before = useRef(phase);
  useEffect(() => {
    if (before.current && before.current !== "live" && phase === "live") void queries.invalidateQueries();
    before.current = phase;
  }, [phase, queries]);
}
