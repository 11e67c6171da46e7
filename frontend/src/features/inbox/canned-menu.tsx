import { MessageSquareQuote, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ReplyDialog } from "@/components/reply-dialog";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { useCannedReplies } from "@/queries/use-canned-replies";
import { useFillReply } from "./api/use-fill-reply";

/** Texts that are written often, with the names of this conversation in them, to be looked over before they go. */
export function CannedMenu({ conversation, onText }: { conversation: string; onText: (text: string) => void }) {
  const { t } = useTranslation();
  const replies = useCannedReplies();
  const fill = useFillReply(conversation);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <Button size="sm" busy={fill.isPending}>
            <MessageSquareQuote />
            {t("inbox.canned")}
          </Button>
        }
      >
        {replies.data?.map(({ id, shortcut, text }) => (
          <MenuItem key={id} onSelect={() => fill.mutate(id, { onSuccess: (filled) => onText(filled.text) })}>
            <span className="grid max-w-72">
              <span className="font-medium">{shortcut}</span>
              <span className="truncate text-xs text-soft">{text}</span>
            </span>
          </MenuItem>
        ))}
        {replies.data && replies.data.length > 0 && <MenuLine />}
        <MenuItem icon={Plus} onSelect={() => setAdding(true)}>
          {t("inbox.cannedNew")}
        </MenuItem>
      </Menu>
      {adding && <ReplyDialog before={null} onClose={() => setAdding(false)} />}
    </>
  );
}
