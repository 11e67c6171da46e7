import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { toast } from "sonner";

import { Button } from "./ui/button";
import { Confirm } from "./ui/confirm";

interface DeleteButtonProps {
  title: string;
  text: string;
  /** Said when it is done, and where one is then: its own page is gone. */
  deleted: string;
  back: string;
  busy: boolean;
  onDelete: (done: () => void) => void;
}

/** Deletes what a page is about, once that is confirmed. */
export function DeleteButton({ title, text, deleted, back, busy, onDelete }: DeleteButtonProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const done = () => {
    toast.success(deleted);
    void navigate(back);
  };
  return (
    <>
      <Button onClick={() => setAsking(true)} aria-label={t("action.delete")} size="icon" className="text-bad">
        <Trash2 />
      </Button>
      {asking && (
        <Confirm
          open
          title={title}
          text={text}
          action={t("action.delete")}
          busy={busy}
          onConfirm={() => onDelete(done)}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
