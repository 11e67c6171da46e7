import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useChannel, useFrames, useStarts } from "@/realtime";
import type { Frame, TokenFrame } from "@/realtime/frames";

export interface Passing {
  /** An answer that is being written; the whole of it comes as a message. */
  writing: { id: string; text: string } | null;
  /** Who is typing. */
  typing: string | null;
}

const QUIET: Passing = { writing: null, typing: null };

/** Keeps what is shown of a conversation fresh, and tells what passes in it. */
export function useChatFrames(conversation: string | undefined): Passing {
  const queries = useQueryClient();
  const [passing, setPassing] = useState<Passing>(QUIET);
  useChannel("conversations");
  // The end of an answer may be among what was missed.
  useStarts(() => setPassing(QUIET));
  useFrames((frame) => {
    if (frame.type.startsWith("conversation.")) void queries.invalidateQueries({ queryKey: ["conversation"] });
    if (frame.type === "message.posted") {
      void queries.invalidateQueries({ queryKey: ["conversation"] });
      void queries.invalidateQueries({ queryKey: ["messages", frame.data.conversation_id] }).then(() => setPassing(QUIET));
    }
    if (frame.type === "message.read" && frame.author !== "client") void queries.invalidateQueries({ queryKey: ["messages", frame.conversation_id] });
    setPassing((before) => next(before, frame, conversation));
  });
  return passing;
}

function next(before: Passing, frame: Frame, conversation: string | undefined): Passing {
  if (!("conversation_id" in frame) || frame.conversation_id !== conversation) return before;
  if (frame.type === "message.token") return { ...before, writing: written(before.writing, frame) };
  if (frame.type === "generation.ended") return { ...before, writing: null };
  if (frame.type === "typing" && frame.author !== "client") return { ...before, typing: frame.active ? frame.name : null };
  return before;
}

/** Of an answer of which the beginning was missed, nothing is shown before the whole of it is there. */
function written(before: Passing["writing"], { message_id, index, text }: TokenFrame): Passing["writing"] {
  if (index === 0) return { id: message_id, text };
  return before?.id === message_id ? { id: message_id, text: before.text + text } : before;
}
