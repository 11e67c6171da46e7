import { useState } from "react";

/**
 * Where the focus goes when a dialog closes: to what had it when it opened. Radix knows that of its own triggers only,
 * and these dialogs are opened by a state.
 */
export function useFocusBack(open: boolean) {
  const [wasOpen, setWasOpen] = useState(open);
  const [opener, setOpener] = useState(() => (open ? inFocus() : null));
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOpener(inFocus());
  }
  return (event: Event) => {
    event.preventDefault();
    // What was deleted meanwhile is gone with its row; the page is still there.
    (opener?.isConnected ? opener : document.getElementById("content"))?.focus();
  };
}

/** An item of a menu goes away with the menu, whose button stays. */
function inFocus(): HTMLElement | null {
  const here = document.activeElement as HTMLElement | null;
  const button = here?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return button ? document.getElementById(button) : here;
}
