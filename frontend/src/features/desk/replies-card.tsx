import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ReplyDialog } from "@/components/reply-dialog";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import { useUndoable } from "@/lib/use-undoable";
import { addReply, useCannedReplies, type CannedReply } from "@/queries/use-canned-replies";
import { useDeleteReply } from "./api/use-delete-reply";

type Editing = { reply: CannedReply | null } | null;

export function RepliesCard() {
  const { t } = useTranslation();
  const replies = useCannedReplies();
  const [editing, setEditing] = useState<Editing>(null);
  const mayChange = useMayChange();
  return (
    <Card>
      <CardHeader
        title={t("inbox.canned")}
        actions={
          mayChange && (
            <Button size="sm" onClick={() => setEditing({ reply: null })}>
              <Plus />
              {t("canned.new")}
            </Button>
          )
        }
      >
        {t("canned.text")}
      </CardHeader>
      {replies.isPending && <SkeletonRows count={3} />}
      {replies.isError && <LoadFailed error={replies.error} retry={() => void replies.refetch()} />}
      {replies.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t(mayChange ? "canned.none" : "state.forReaders")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {replies.data?.map((reply) => (
          <Row key={reply.id} reply={reply} onEdit={mayChange ? () => setEditing({ reply }) : null} />
        ))}
      </ul>
      {editing && <ReplyDialog before={editing.reply} onClose={() => setEditing(null)} />}
    </Card>
  );
}

function Row({ reply, onEdit }: { reply: CannedReply; onEdit: (() => void) | null }) {
  const { t } = useTranslation();
  const remove = useDeleteReply();
  const tell = useUndoable(["canned-replies"]);
  const { id, shortcut, text } = reply;
  const done = () => tell(t("canned.deleted", { name: shortcut }), () => addReply({ shortcut, text }));
  return (
    <li className="flex items-center gap-1 px-4 py-2.5 text-sm sm:px-5">
      <div className="mr-auto min-w-0">
        <p className="font-medium">{shortcut}</p>
        <p className="line-clamp-2 text-soft">{text}</p>
      </div>
      {onEdit && (
        <>
          <Button variant="ghost" size="iconSm" aria-label={`${t("action.edit")}: ${shortcut}`} onClick={onEdit}>
            <Pencil />
          </Button>
          <Button
            variant="ghost"
            size="iconSm"
            aria-label={`${t("action.delete")}: ${shortcut}`}
            busy={remove.isPending}
            onClick={() => remove.mutate(id, { onSuccess: done })}
          >
            <Trash2 />
          </Button>
        </>
      )}
    </li>
  );
}
