import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { LoadFailed } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useKnowledge } from "./api/use-knowledge";
import { Editor } from "./editor";
import { TryBox } from "./try-box";
import { Unanswered } from "./unanswered";
import { useDraft } from "./use-draft";
import { Versions } from "./versions";

const PARTS = ["text", "unanswered", "versions"] as const;

/** What the bot knows by heart, what it was asked and did not know, and beside both a box to ask it. */
export function KnowledgePage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const part = PARTS.find((one) => one === search.get("show")) ?? "text";
  const knowledge = useKnowledge();
  const [draft, keep] = useDraft(knowledge.data?.number ?? 0);
  const [question, setQuestion] = useState("");
  const mayChange = useMayChange();
  return (
    <Page
      title={t("knowledge.title")}
      text={t("knowledge.text")}
      actions={
        <Segmented
          label={t("knowledge.show")}
          value={part}
          options={PARTS.map((value) => ({ value, label: t(`knowledge.show.${value}`) }))}
          onChange={(value) => set({ show: value })}
        />
      }
    >
      {knowledge.isPending && <Skeleton className="h-96 rounded-xl" />}
      {knowledge.isError && <LoadFailed error={knowledge.error} retry={() => void knowledge.refetch()} />}
      {knowledge.data && (
        <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
          {part === "text" && <Editor inForce={knowledge.data} draft={draft} onDraft={keep} />}
          {part === "unanswered" && <Unanswered onTry={mayChange ? setQuestion : null} />}
          {part === "versions" && <Versions inForce={knowledge.data.number} onRestored={() => keep(null)} />}
          {/* Beside the list; on a phone above it, where it is seen what is asked. */}
          {mayChange && (
            <div className={cn("min-w-0 lg:sticky lg:top-7", part === "unanswered" && "max-lg:order-first")}>
              <TryBox key={question} question={question} draft={draft?.yaml ?? null} />
            </div>
          )}
        </div>
      )}
    </Page>
  );
}
