import { CircleQuestionMark, Lock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";

import { Attachments } from "@/components/attachments";
import { Bubble } from "@/components/bubble";
import { Sources } from "@/components/sources";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { Message } from "@/queries/use-messages";
import { DecisionDialog } from "./decision-dialog";

interface MessageLogProps {
  conversation: string;
  messages: readonly Message[];
  typing: string | null;
}

export function MessageLog({ conversation, messages, typing }: MessageLogProps) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  // Newer browsers answer with a promise, which is nothing that an effect may give back.
  useEffect(() => void end.current?.scrollIntoView({ block: "end" }), [messages.length, typing]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3" tabIndex={0} role="region" aria-label={t("inbox.messages")}>
      <div role="log">
        <ol className="grid gap-3">
          {messages.map((message) => (
            <li key={message.id}>
              <Said message={message} conversation={conversation} />
            </li>
          ))}
        </ol>
      </div>
      {typing && <p className="mt-3 text-xs text-soft">{t("inbox.typing", { name: typing })}</p>}
      <div ref={end} />
    </div>
  );
}

/** The client on the left, who answers on the right; a note looks like nothing that could be sent. */
function Said({ message, conversation }: { message: Message; conversation: string }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { author, author_name, text, at, internal, sequence, sources, attachments } = message;
  if (author === "system") return <p className="text-center text-xs text-soft">{text}</p>;
  const isAnswer = author !== "client";
  return (
    <div className={cn("grid gap-1", isAnswer && "justify-items-end")}>
      <p className="flex items-center gap-1 text-xs text-soft">
        {internal && (
          <>
            <Lock className="size-3" aria-hidden />
            {t("inbox.note")} ·{" "}
          </>
        )}
        {author === "bot" ? t("inbox.bot") : author_name} · <time dateTime={at}>{moment(at)}</time>
      </p>
      {text && (
        <Bubble of={internal ? "note" : author === "administrator" ? "mine" : "theirs"}>
          {author === "bot" ? <Markdown>{text}</Markdown> : <span className="whitespace-pre-wrap">{text}</span>}
        </Bubble>
      )}
      <Attachments conversation={conversation} files={attachments} />
      <Sources label={t("inbox.sources")} sources={sources} />
      {author === "bot" && <Why conversation={conversation} sequence={sequence} />}
    </div>
  );
}

/** The assistant's reasons, for whoever wonders about its answer. */
function Why({ conversation, sequence }: { conversation: string; sequence: number }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setAsking(true)}
        className="inline-flex min-h-6 items-center gap-1 text-xs text-soft underline-offset-2 hover:text-ink hover:underline"
      >
        <CircleQuestionMark className="size-3.5" aria-hidden />
        {t("decision.why")}
      </button>
      {asking && <DecisionDialog conversation={conversation} sequence={sequence} onClose={() => setAsking(false)} />}
    </>
  );
}
