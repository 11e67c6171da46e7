import { MessagesSquare } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";

import { Notice } from "@/components/ui/notice";
import { cn } from "@/lib/cn";
import { useSearch } from "@/lib/use-search";
import { ConversationPane } from "./conversation-pane";
import { PersonPane } from "./person-pane";
import { QueuePane } from "./queue-pane";
import { useInboxFrames } from "./use-inbox-frames";

/** The queue, a conversation and whose it is: side by side where there is room, else one at a time. */
export function InboxPage() {
  const { t } = useTranslation();
  const { conversationId: id } = useParams();
  const [search] = useSearch();
  const typing = useInboxFrames(id);
  const aboutPerson = search.get("pane") === "person";
  useEffect(() => {
    document.title = `${t("inbox.title")} · Kilowatch`;
  }, [t]);
  return (
    <div className="grid h-[calc(100dvh-3.5rem)] lg:h-screen lg:grid-cols-[20rem_1fr] xl:grid-cols-[20rem_1fr_18rem]">
      <h1 className="sr-only">{t("inbox.title")}</h1>
      <div className={cn("min-h-0 min-w-0 border-r bg-card", id && "hidden lg:block")}>
        <QueuePane open={id} />
      </div>
      {id ? (
        <>
          <div className={cn("min-h-0 min-w-0", aboutPerson && "hidden xl:block")}>
            <ConversationPane key={id} id={id} typing={typing} />
          </div>
          <div className={cn("min-h-0 min-w-0 border-l bg-card xl:block", !aboutPerson && "hidden")}>
            <PersonPane key={id} conversation={id} />
          </div>
        </>
      ) : (
        <Notice icon={MessagesSquare} title={t("inbox.chooseOne")} className="hidden lg:flex xl:col-span-2">
          {t("inbox.chooseOneText")}
        </Notice>
      )}
    </div>
  );
}
