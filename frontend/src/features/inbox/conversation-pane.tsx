import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useProblemText } from "@/lib/use-problem-text";
import { useMayChange } from "@/lib/use-session";
import { useMarkRead } from "@/queries/use-mark-read";
import { useMessages } from "@/queries/use-messages";
import { isConflict, useClaim } from "./api/use-claim";
import { useDetail } from "./api/use-detail";
import { ConversationHeader } from "./conversation-header";
import { MessageLog } from "./message-log";
import { ReplyBox } from "./reply-box";

export function ConversationPane({ id, typing }: { id: string; typing: string | null }) {
  const { t } = useTranslation();
  const problem = useProblemText();
  const detail = useDetail(id);
  const messages = useMessages(id);
  const claim = useClaim(id);
  const mayChange = useMayChange();
  const writing = useRef<HTMLTextAreaElement>(null);
  useMarkRead(mayChange ? id : undefined, messages.data?.at(-1)?.sequence, "inbox");
  const failed = detail.isError ? detail : messages.isError ? messages : null;
  if (failed) return <LoadFailed error={failed.error} retry={() => void failed.refetch()} className="h-full" />;
  if (!detail.data || !messages.data) return <SkeletonRows />;
  const { summary, state, assigned_name } = detail.data;
  return (
    <section aria-label={detail.data.client_name} className="flex h-full flex-col">
      <ConversationHeader conversation={detail.data} claim={claim} onClaimed={() => writing.current?.focus()} />
      {isConflict(claim.error) && state !== "waiting" && (
        <p role="alert" className="border-b bg-warn-wash px-4 py-2.5 text-sm text-warn">
          {assigned_name ? t("inbox.taken", { name: assigned_name }) : t("inbox.notWaiting")}
        </p>
      )}
      {isConflict(claim.error) && state === "waiting" && (
        <p role="alert" className="border-b bg-warn-wash px-4 py-2.5 text-sm text-warn">
          {problem(claim.error)}
        </p>
      )}
      {summary && (
        <p className="border-b bg-info-wash px-4 py-2.5 text-sm whitespace-pre-wrap">
          <b className="font-medium">{t("inbox.summary")}</b> {summary}
        </p>
      )}
      <MessageLog conversation={id} messages={messages.data} typing={typing} />
      {mayChange && <ReplyBox conversation={detail.data} writing={writing} />}
    </section>
  );
}
