import { SendHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { AttachButton, AttachedFiles } from "@/components/attach";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { LONGEST_MESSAGE, onEnter } from "@/lib/writing";

export function Composer({ busy, onSay }: { busy: boolean; onSay: (text: string, files: readonly File[]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const isEmpty = !text.trim() && files.length === 0;
  const send = () => {
    if (isEmpty || busy) return;
    onSay(text.trim(), files);
    setText("");
    setFiles([]);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="grid gap-2 border-t p-3"
    >
      <AttachedFiles files={files} onFiles={setFiles} />
      <div className="flex items-end gap-1.5">
        <AttachButton files={files} onFiles={setFiles} />
        <Textarea
          aria-label={t("chat.write")}
          placeholder={t("chat.write")}
          rows={1}
          maxLength={LONGEST_MESSAGE}
          className="max-h-32 min-h-9 resize-none"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onEnter(send)}
          autoFocus
        />
        <Button type="submit" variant="primary" size="icon" aria-label={t("chat.send")} disabled={isEmpty || busy}>
          <SendHorizontal />
        </Button>
      </div>
    </form>
  );
}
