import { useTranslation } from "react-i18next";

import { Button } from "./ui/button";
import { Copyable } from "./ui/copyable";
import { Dialog, DialogActions } from "./ui/dialog";

interface ShownOnceProps {
  title: string;
  description: string;
  label: string;
  secret: string;
  onClose: () => void;
}

/** A secret that has just been made, and that the server does not give again. */
export function ShownOnce({ title, description, label, secret, onClose }: ShownOnceProps) {
  const { t } = useTranslation();
  return (
    <Dialog open onClose={onClose} title={title} description={description}>
      <Copyable text={secret} label={label} />
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          {t("action.close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
