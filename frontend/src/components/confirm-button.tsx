import { useState } from "react";

import { Button } from "./ui/button";
import { Confirm } from "./ui/confirm";

interface ConfirmButtonProps {
  /** On the button, and again in the dialog. */
  action: string;
  /** Whom or what it is about, for who cannot see where the button stands. */
  about?: string;
  variant?: "ghost" | "secondary";
  title: string;
  text: string;
  busy: boolean;
  onConfirm: () => void;
}

/** A button whose deed is to be meant. Once it is done, the button goes, and the dialog with it. */
export function ConfirmButton({ action, about, variant = "ghost", title, text, busy, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="sm" variant={variant} aria-label={about && `${action}: ${about}`} onClick={() => setAsking(true)}>
        {action}
      </Button>
      <Confirm open={asking} title={title} text={text} action={action} busy={busy} onConfirm={onConfirm} onCancel={() => setAsking(false)} />
    </>
  );
}
