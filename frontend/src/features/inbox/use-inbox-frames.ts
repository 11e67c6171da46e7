import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { useChannel, useFrames, useStarts } from "@/realtime";
import type { Frame } from "@/realtime/frames";

/** However much happens in all of support at once, the list is asked for no more often than this. */
const PAUSE_MS = 400;

/** Keeps the inbox fresh. Who is typing in the conversation that is open, or null. */
export function useInboxFrames(conversation: string | undefined): string | null {
  const queries = useQueryClient();
  const refreshList = useSoon(() => void queries.invalidateQueries({ queryKey: ["inbox"] }));
  const [typing, setTyping] = useState<{ conversation: string; name: string } | null>(null);
  useChannel("staff/conversations");
  useStarts(() => setTyping(null));
  useFrames((frame) => {
    const about = conversationOf(frame);
    if (about === null) return;
    if (frame.type === "typing") {
      if (frame.author === "client") setTyping(frame.active ? { conversation: about, name: frame.name } : null);
      return;
    }
    refreshList();
    void queries.invalidateQueries({ queryKey: ["inbox-conversation", about] });
    if (frame.type !== "message.posted") return;
    setTyping(null);
    void queries.invalidateQueries({ queryKey: ["messages", about] });
  });
  return typing && typing.conversation === conversation ? typing.name : null;
}

/** What the frame is about; null: nothing that changes what is shown here. */
function conversationOf(frame: Frame): string | null {
  if (frame.type === "message.posted") return frame.data.conversation_id;
  if (frame.type === "typing") return frame.conversation_id;
  if (frame.type.startsWith("conversation.")) return (frame as Extract<Frame, { data: { id: string } }>).data.id;
  return null;
}

function useSoon(act: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      act();
    }, PAUSE_MS);
  };
}
