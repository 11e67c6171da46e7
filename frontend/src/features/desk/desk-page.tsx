import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { download } from "@/api/client";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { useAct } from "@/lib/use-act";
import { useSearch } from "@/lib/use-search";
import { daysAgo } from "./api/use-figures";
import { FiguresCard } from "./figures-card";
import { HoursCard } from "./hours-card";
import { RepliesCard } from "./replies-card";

const RANGES = { week: 7, month: 30, quarter: 90 } as const;
type Range = keyof typeof RANGES;

/** How support does, when it is open, and what it says often. */
export function DeskPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const range = (Object.keys(RANGES) as Range[]).find((one) => one === search.get("range")) ?? "month";
  return (
    <Page
      title={t("desk.title")}
      text={t("desk.text")}
      actions={
        <>
          <Segmented
            label={t("desk.range")}
            value={range}
            options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: t(`desk.${value}`) }))}
            onChange={(value) => set({ range: value })}
          />
          <Export since={daysAgo(RANGES[range])} />
        </>
      }
    >
      <div className="grid gap-4">
        <FiguresCard days={RANGES[range]} />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <HoursCard />
          <RepliesCard />
        </div>
      </div>
    </Page>
  );
}

/** A line for each conversation that was active in the time. */
function Export({ since }: { since: string }) {
  const { t } = useTranslation();
  const save = useAct(() => download(`/api/support/conversations.csv?${new URLSearchParams({ since })}`, "kilowatch-conversations.csv"));
  return (
    <Button busy={save.isPending} aria-label={t("desk.csv")} onClick={() => save.mutate(undefined)}>
      <Download />
      {t("action.csv")}
    </Button>
  );
}
