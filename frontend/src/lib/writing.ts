import type { KeyboardEvent } from "react";

/** Characters in a message, as the server takes them. */
export const LONGEST_MESSAGE = 8_000;

/** Enter sends, Shift and Enter begin a new line; what an input method is still composing is not sent. */
export function onEnter(send: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
}
