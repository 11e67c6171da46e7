import { SendHorizontal } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";

const LONGEST = 8_000;

/** Enter sends, Shift and Enter begin a new line. */
export function Composer({ busy, onSay }: { busy: boolean; onSay: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const send = () => {
    if (!text.trim() || busy) return;
    onSay(text.trim());
    setText("");
  };
  const listen = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="flex items-end gap-2 border-t p-3"
    >
      <Textarea
        aria-label={t("chat.write")}
        placeholder={t("chat.write")}
        rows={1}
        maxLength={LONGEST}
        className="max-h-32 min-h-9 resize-none"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={listen}
        autoFocus
      />
      <Button type="submit" variant="primary" size="icon" aria-label={t("chat.send")} disabled={!text.trim() || busy}>
        <SendHorizontal />
      </Button>
    </form>
  );
}
