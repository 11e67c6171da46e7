import { MessageCircleQuestionMark } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { MoreButton } from "@/components/ui/more-button";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useUnanswered, type Question } from "./api/use-unanswered";

/** What the knowledge base might learn next. */
export function Unanswered({ onTry }: { onTry: ((question: string) => void) | null }) {
  const { t } = useTranslation();
  const questions = useUnanswered();
  const items = questions.data?.pages.flat() ?? [];
  return (
    <Card>
      {questions.isPending && <SkeletonRows />}
      {questions.isError && <LoadFailed error={questions.error} retry={() => void questions.refetch()} />}
      {questions.isSuccess && items.length === 0 && (
        <Notice icon={MessageCircleQuestionMark} title={t("knowledge.noUnanswered")}>
          {t("knowledge.noUnansweredText")}
        </Notice>
      )}
      <ul className="divide-y">
        {items.map((question) => (
          <Row key={question.id} question={question} onTry={onTry} />
        ))}
      </ul>
      <MoreButton of={questions} text={t("audit.more")} />
    </Card>
  );
}

function Row({ question: { question, asked_at, vote, conversation_id }, onTry }: { question: Question; onTry: ((question: string) => void) | null }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm sm:px-5">
      <div className="min-w-0 flex-1 basis-52">
        <p className="wrap-break-word whitespace-pre-wrap">{question}</p>
        <p className="mt-0.5 flex flex-wrap items-center gap-2 text-soft">
          <time dateTime={asked_at}>{moment(asked_at)}</time>
          <Badge tone={vote === -1 ? "warn" : "plain"}>{t(vote === -1 ? "knowledge.noHelp" : "knowledge.noAnswer")}</Badge>
        </p>
      </div>
      <div className="flex gap-2">
        <Button asChild size="sm" variant="ghost">
          <Link to={`/inbox/${conversation_id}`}>{t("knowledge.conversation")}</Link>
        </Button>
        {onTry && (
          <Button size="sm" aria-label={`${t("knowledge.tryIt")}: ${question}`} onClick={() => onTry(question)}>
            {t("knowledge.tryIt")}
          </Button>
        )}
      </div>
    </li>
  );
}
