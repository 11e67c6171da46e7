import { Check, CheckCheck, ThumbsDown, ThumbsUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";

import { Attachments } from "@/components/attachments";
import { Bubble } from "@/components/bubble";
import { Sources } from "@/components/sources";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { Message } from "@/queries/use-messages";
import { useVote } from "./api/use-vote";

interface MessageBubbleProps {
  message: Message;
  conversation: string;
  /** How far it has come is told until somebody answers: then it has. */
  isUnanswered: boolean;
}

export function MessageBubble({ message, conversation, isUnanswered }: MessageBubbleProps) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { author, author_name, text, at, sources, attachments } = message;
  if (author === "system") return <p className="text-center text-xs text-soft">{text}</p>;
  const mine = author === "client";
  return (
    <div className={cn("grid gap-1", mine && "justify-items-end")}>
      <p className="text-xs text-soft">
        {mine ? t("chat.you") : author === "bot" ? t("chat.bot") : author_name} · <time dateTime={at}>{moment(at)}</time>
      </p>
      {text && <Bubble of={mine ? "mine" : "theirs"}>{mine ? text : <Markdown>{text}</Markdown>}</Bubble>}
      {isUnanswered && <Delivery state={message.state} />}
      <Attachments conversation={conversation} files={attachments} />
      <Sources label={t("chat.sources")} sources={sources} />
      {author === "bot" && <Votes message={message} conversation={conversation} />}
    </div>
  );
}

function Delivery({ state }: { state: Message["state"] }) {
  const { t } = useTranslation();
  const Mark = state === "sent" ? Check : CheckCheck;
  return (
    <p className={cn("flex items-center gap-1 text-xs", state === "read" ? "text-accent" : "text-soft")}>
      <Mark className="size-3.5" aria-hidden />
      {t(`chat.state.${state}`)}
    </p>
  );
}

function Votes({ message, conversation }: { message: Message; conversation: string }) {
  const { t } = useTranslation();
  const vote = useVote(conversation);
  const given = vote.isPending ? vote.variables.helpful : message.helpful;
  return (
    <div className="-ml-1.5 flex">
      {([true, false] as const).map((helpful) => (
        <Button
          key={String(helpful)}
          variant="ghost"
          size="iconSm"
          aria-pressed={given === helpful}
          aria-label={t(helpful ? "chat.helpful" : "chat.unhelpful")}
          className={cn("size-7", given === helpful && "bg-accent-wash text-accent")}
          onClick={() => vote.mutate({ sequence: message.sequence, helpful })}
        >
          {helpful ? <ThumbsUp /> : <ThumbsDown />}
        </Button>
      ))}
    </div>
  );
}
