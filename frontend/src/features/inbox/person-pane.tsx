import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useSearch } from "@/lib/use-search";
import { useDetail, type Detail } from "./api/use-detail";
import { usePerson } from "./api/use-person-usage";
import { Labels } from "./labels";
import { Standing } from "./standing";

/** Whose conversation it is, and how their meters stand. */
export function PersonPane({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const [, set] = useSearch();
  const detail = useDetail(conversation);
  return (
    <section aria-label={t("inbox.person")} className="h-full overflow-y-auto p-4" tabIndex={0}>
      <Button variant="ghost" size="sm" className="mb-3 -ml-2 xl:hidden" onClick={() => set({ pane: null })}>
        <ArrowLeft />
        {t("inbox.backToConversation")}
      </Button>
      {detail.data ? <About conversation={detail.data} /> : <Skeleton className="h-40" />}
    </section>
  );
}

function Rated({ score, comment }: NonNullable<Detail["rating"]>) {
  const { t } = useTranslation();
  return (
    <div className="mt-1 text-sm text-soft">
      <p>{t("inbox.rating", { score })}</p>
      {comment && <blockquote className="mt-1 border-l-2 pl-2 wrap-break-word whitespace-pre-wrap">{comment}</blockquote>}
    </div>
  );
}

function About({ conversation }: { conversation: Detail }) {
  const person = usePerson(conversation.client_id);
  return (
    <div className="grid gap-5">
      <div>
        <h2 className="font-semibold">{conversation.client_name}</h2>
        <p className="text-sm wrap-break-word text-soft">{person.data?.email}</p>
        {conversation.rating && <Rated {...conversation.rating} />}
      </div>
      <Standing client={conversation.client_id} />
      <Labels conversation={conversation} />
    </div>
  );
}
