import { Square } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Bubble } from "@/components/bubble";
import { Button } from "@/components/ui/button";
import type { Message } from "@/queries/use-messages";
import { useStop } from "./api/use-stop";
import { MessageBubble } from "./message-bubble";
import { UnsentBubble, type Unsent } from "./unsent-bubble";
import type { Passing } from "./use-chat-frames";

interface MessageListProps {
  conversation: string;
  messages: readonly Message[];
  passing: Passing;
  unsent: Unsent | null;
  onSay: (text: string) => void;
}

/** A log: finished messages are read out as they come, the pieces of one that is being written are not. */
export function MessageList({ conversation, messages, passing, unsent, onSay }: MessageListProps) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  const lastSaid = messages.findLast(({ author }) => author !== "system");
  // Newer browsers answer with a promise, which is nothing that an effect may give back.
  useEffect(() => void end.current?.scrollIntoView({ block: "end" }), [messages.length, passing.writing?.text, unsent?.draft.id, unsent?.failed]);
  return (
    <div className="flex-1 overflow-y-auto px-4 py-3" tabIndex={0} role="region" aria-label={t("chat.messages")}>
      {messages.length === 0 && !unsent && <Welcome onSay={onSay} />}
      <div role="log">
        <ol className="grid gap-3">
          {messages.map((message) => (
            <li key={message.id}>
              <MessageBubble message={message} conversation={conversation} isUnanswered={message === lastSaid && message.author === "client"} />
            </li>
          ))}
        </ol>
      </div>
      <div className="mt-3 grid gap-3">
        {unsent && <UnsentBubble unsent={unsent} />}
        {passing.writing && (
          <div aria-hidden>
            <Bubble>{passing.writing.text}</Bubble>
          </div>
        )}
        {(passing.typing || passing.writing) && <p className="text-xs text-soft">{t("chat.typing", { name: passing.typing ?? t("chat.bot") })}</p>}
        {passing.writing && <Stop key={passing.writing.id} conversation={conversation} />}
      </div>
      {!unsent && !passing.writing && last && last.suggestions.length > 0 && <Suggestions texts={last.suggestions} onSay={onSay} />}
      <div ref={end} />
    </div>
  );
}

function Stop({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const stop = useStop(conversation);
  return (
    <Button size="sm" className="justify-self-start" busy={stop.isPending} onClick={() => stop.mutate()}>
      <Square />
      {t("chat.stop")}
    </Button>
  );
}

function Welcome({ onSay }: { onSay: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="mb-3">
      <Bubble>{t("chat.welcome")}</Bubble>
      <Suggestions texts={[t("chat.ask.usage"), t("chat.ask.cost"), t("chat.ask.alerts")]} onSay={onSay} />
    </div>
  );
}

function Suggestions({ texts, onSay }: { texts: readonly string[]; onSay: (text: string) => void }) {
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {texts.map((text) => (
        <Button key={text} size="sm" className="h-auto min-h-8 rounded-full py-1 text-left whitespace-normal" onClick={() => onSay(text)}>
          {text}
        </Button>
      ))}
    </div>
  );
}
