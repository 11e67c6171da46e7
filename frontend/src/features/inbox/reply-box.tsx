import { SendHorizontal, StickyNote } from "lucide-react";
import { useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import { AttachButton, AttachedFiles } from "@/components/attach";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { cn } from "@/lib/cn";
import { newId } from "@/lib/new-id";
import { useSession } from "@/lib/use-session";
import { LONGEST_MESSAGE, onEnter } from "@/lib/writing";
import type { Detail } from "./api/use-detail";
import { useWrite } from "./api/use-write";
import { CannedMenu } from "./canned-menu";

interface ReplyBoxProps {
  conversation: Detail;
  /** Where one writes. */
  writing: RefObject<HTMLTextAreaElement | null>;
}

/** Only who has a conversation answers in it; a note can be left in any. */
export function ReplyBox({ conversation, writing }: ReplyBoxProps) {
  const { t } = useTranslation();
  const session = useSession();
  const write = useWrite(conversation.id);
  const [{ id, text }, setDraft] = useState({ id: newId(), text: "" });
  // What is sent again after a failure, unchanged, is the same message.
  const setText = (next: string) => setDraft({ id: newId(), text: next });
  const [chosen, setChosen] = useState<"reply" | "note">("reply");
  const mine = session.status === "signed-in" && conversation.assigned_to === session.userId;
  const internal = !mine || chosen === "note";
  const [files, setFiles] = useState<readonly File[]>([]);
  const isEmpty = !text.trim() && (internal || files.length === 0);
  const sent = () => {
    setText("");
    setFiles([]);
  };
  const send = () => {
    if (isEmpty || write.isPending) return;
    write.mutate({ id, text: text.trim(), internal, files }, { onSuccess: sent });
  };
  const label = t(internal ? "inbox.writeNote" : "inbox.writeReply");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className={cn("grid gap-2 border-t p-3", internal ? "bg-warn-wash" : "bg-card")}
    >
      <div className="flex flex-wrap items-center gap-2">
        {mine ? (
          <Segmented
            label={t("inbox.kind")}
            value={chosen}
            options={[
              { value: "reply", label: t("inbox.reply") },
              { value: "note", label: t("inbox.note") },
            ]}
            onChange={setChosen}
          />
        ) : (
          <p className="text-sm text-ink">{t("inbox.notesOnly")}</p>
        )}
        {!internal && <CannedMenu conversation={conversation.id} onText={(filled) => setText(text ? `${text}\n${filled}` : filled)} />}
      </div>
      {!internal && <AttachedFiles files={files} onFiles={setFiles} />}
      <div className="flex items-end gap-2">
        {!internal && <AttachButton files={files} onFiles={setFiles} />}
        <Textarea
          ref={writing}
          aria-label={label}
          placeholder={label}
          rows={2}
          maxLength={LONGEST_MESSAGE}
          className="max-h-48 min-h-16"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onEnter(send)}
        />
        <Button
          type="submit"
          variant={internal ? "secondary" : "primary"}
          size="icon"
          aria-label={t(internal ? "inbox.keepNote" : "inbox.send")}
          disabled={isEmpty || write.isPending}
        >
          {internal ? <StickyNote /> : <SendHorizontal />}
        </Button>
      </div>
    </form>
  );
}
