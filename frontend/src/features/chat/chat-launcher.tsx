import { MessageCircle } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { patiently } from "@/lib/patiently";
import { useConversation } from "./api/use-conversation";

const ChatPanel = lazy(() => patiently(() => import("./chat-panel")));
const KEY = "kilowatch.chat";

/** Floats over every page of a client; open over a reload too. */
export function ChatLauncher() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(() => sessionStorage.getItem(KEY) === "open");
  const [wasClosed, setWasClosed] = useState(false);
  const unread = useConversation().data?.unread ?? 0;
  const show = (next: boolean) => {
    sessionStorage.setItem(KEY, next ? "open" : "closed");
    setOpen(next);
    setWasClosed(!next);
  };
  if (open) {
    return (
      <Suspense>
        <ChatPanel onClose={() => show(false)} />
      </Suspense>
    );
  }
  return (
    <button
      type="button"
      onClick={() => show(true)}
      // What had the focus in the chat is gone.
      autoFocus={wasClosed}
      className="fixed right-4 bottom-4 z-20 flex h-12 items-center gap-2 rounded-full bg-accent px-4 font-medium text-accent-ink shadow-lg hover:bg-accent/90 sm:right-6 sm:bottom-6"
    >
      <MessageCircle className="size-5" aria-hidden />
      {t("chat.open")}
      {unread > 0 && (
        <span className="grid min-w-5 place-items-center rounded-full bg-accent-ink px-1 text-xs text-accent" aria-label={t("chat.unread", { count: unread })}>
          {unread}
        </span>
      )}
    </button>
  );
}
