import { AlertDialog } from "radix-ui";
import { useTranslation } from "react-i18next";

import { Button } from "./button";
import { useFocusBack } from "./use-focus-back";

interface ConfirmProps {
  open: boolean;
  title: string;
  text: string;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Before what cannot be taken back. */
export function Confirm({ open, title, text, action, busy, onConfirm, onCancel }: ConfirmProps) {
  const { t } = useTranslation();
  const focusBack = useFocusBack(open);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <AlertDialog.Content
          onCloseAutoFocus={focusBack}
          className="fixed inset-x-3 top-[20vh] z-50 mx-auto max-w-md rounded-2xl border bg-card p-5 shadow-2xl"
        >
          <AlertDialog.Title className="font-semibold text-balance">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1.5 text-sm text-soft">{text}</AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t("action.cancel")}</Button>
            </AlertDialog.Cancel>
            <Button variant="danger" busy={busy ?? false} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
