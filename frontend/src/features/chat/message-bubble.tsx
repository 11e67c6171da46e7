import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";

import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { Message } from "./api/use-conversation";
import { useVote } from "./api/use-vote";

export function MessageBubble({ message, conversation }: { message: Message; conversation: string }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { author, author_name, text, at, sources } = message;
  if (author === "system") return <p className="text-center text-xs text-soft">{text}</p>;
  const mine = author === "client";
  return (
    <div className={cn("grid gap-1", mine && "justify-items-end")}>
      <p className="text-xs text-soft">
        {mine ? t("chat.you") : author === "bot" ? t("chat.bot") : author_name} · <time dateTime={at}>{moment(at)}</time>
      </p>
      <Bubble mine={mine}>{mine ? text : <Markdown>{text}</Markdown>}</Bubble>
      {sources.length > 0 && (
        <p className="text-xs text-soft">
          {t("chat.sources")} {sources.map(({ title }) => title).join(", ")}
        </p>
      )}
      {author === "bot" && <Votes message={message} conversation={conversation} />}
    </div>
  );
}

export function Bubble({ mine = false, faded = false, children }: { mine?: boolean; faded?: boolean; children: ReactNode }) {
  return (
    <div
      className={cn(
        "w-fit max-w-[85%] rounded-2xl px-3.5 py-2 text-sm wrap-break-word [&_a]:underline [&_li]:ml-4 [&_li]:list-disc [&_p+p]:mt-2 [&_ul]:my-1",
        mine ? "ml-auto rounded-br-md bg-accent whitespace-pre-wrap text-accent-ink" : "rounded-bl-md bg-sunken",
        faded && "opacity-60",
      )}
    >
      {children}
    </div>
  );
}

function Votes({ message, conversation }: { message: Message; conversation: string }) {
  const { t } = useTranslation();
  const vote = useVote(conversation);
  const [given, setGiven] = useState<boolean | null>(null);
  const give = (helpful: boolean) => {
    setGiven(helpful);
    vote.mutate({ sequence: message.sequence, helpful }, { onError: () => setGiven(null) });
  };
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
          onClick={() => give(helpful)}
        >
          {helpful ? <ThumbsUp /> : <ThumbsDown />}
        </Button>
      ))}
    </div>
  );
}
