import { UserRound, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { newId } from "@/lib/new-id";
import { useMarkRead } from "@/queries/use-mark-read";
import { useMessages } from "@/queries/use-messages";
import { useLinkState } from "@/realtime";
import { useConversation, type Conversation } from "./api/use-conversation";
import { useHandOver } from "./api/use-hand-over";
import { useSend } from "./api/use-send";
import { Composer } from "./composer";
import { MessageList } from "./message-list";
import { Satisfaction } from "./satisfaction";
import { useChatFrames } from "./use-chat-frames";
import { useUnsent } from "./use-unsent";

export default function ChatPanel({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const conversation = useConversation();
  const id = conversation.data?.id;
  const messages = useMessages(id);
  const passing = useChatFrames(id);
  const send = useSend(conversation.data, i18n.language);
  const unsent = useUnsent(send, messages.data ?? []);
  useMarkRead(id, messages.data?.at(-1)?.sequence, "conversation");
  const say = (text: string, files: readonly File[] = []) => send.mutate({ id: newId(), text, files });
  return (
    <section
      aria-label={t("chat.title")}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
      className="fixed inset-0 z-40 flex flex-col bg-card sm:inset-auto sm:right-6 sm:bottom-6 sm:h-[min(38rem,calc(100vh-3rem))] sm:w-96 sm:overflow-hidden sm:rounded-2xl sm:border sm:shadow-2xl"
    >
      <Header conversation={conversation.data} onClose={onClose} />
      {conversation.isError ? (
        <LoadFailed error={conversation.error} retry={() => void conversation.refetch()} className="flex-1" />
      ) : conversation.isPending || (id && messages.isPending) ? (
        <div className="flex-1">
          <SkeletonRows count={4} />
        </div>
      ) : (
        <MessageList conversation={id ?? ""} messages={messages.data ?? []} passing={passing} unsent={unsent} onSay={say} />
      )}
      {conversation.data && wantsRating(conversation.data) && <Satisfaction key={id} conversation={conversation.data.id} />}
      <Composer busy={unsent !== null} onSay={say} />
    </section>
  );
}

/** Each time that it was resolved. */
function wantsRating({ resolved_at, rating }: Conversation): boolean {
  return resolved_at !== null && (rating === null || Date.parse(rating.at) < Date.parse(resolved_at));
}

function Header({ conversation, onClose }: { conversation: Conversation | null | undefined; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const handOver = useHandOver(conversation, i18n.language);
  const withBot = !conversation || conversation.state === "bot" || conversation.state === "resolved";
  return (
    <header className="flex items-center gap-2 border-b px-4 py-3">
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{t("chat.title")}</h2>
        <p className="text-xs text-soft" role="status">
          <Standing conversation={conversation ?? null} />
        </p>
      </div>
      {withBot && (
        <Button size="sm" busy={handOver.isPending} onClick={() => handOver.mutate()}>
          <UserRound />
          {t("chat.person")}
        </Button>
      )}
      <Button variant="ghost" size="iconSm" aria-label={t("action.close")} onClick={onClose}>
        <X />
      </Button>
    </header>
  );
}

/** Who one talks with. */
function Standing({ conversation }: { conversation: Conversation | null }) {
  const { t } = useTranslation();
  const link = useLinkState();
  if (link !== "open") return t("chat.connecting");
  if (conversation?.state === "waiting") return t("chat.waiting", { position: conversation.position ?? 1 });
  if (conversation?.state === "assigned") return t("chat.with", { name: conversation.assigned_name ?? "" });
  return t("chat.withBot");
}
