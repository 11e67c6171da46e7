import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./ui/button";
import { Copyable } from "./ui/copyable";
import { Dialog, DialogActions } from "./ui/dialog";
import { Skeleton } from "./ui/skeleton";

const QrCode = lazy(() => import("./qr-code"));

interface ShownOnceProps {
  title: string;
  description: string;
  label: string;
  secret: string;
  /** What the secret is called as a QR code, for one that is read by a camera. */
  qr?: string;
  onClose: () => void;
}

/** A secret that has just been made, and that the server does not give again. */
export function ShownOnce({ title, description, label, secret, qr, onClose }: ShownOnceProps) {
  const { t } = useTranslation();
  return (
    <Dialog open onClose={onClose} title={title} description={description}>
      {qr && (
        <div className="mb-4 min-h-44">
          <Suspense fallback={<Skeleton className="mx-auto size-44" />}>
            <QrCode text={secret} label={qr} />
          </Suspense>
        </div>
      )}
      <Copyable text={secret} label={label} />
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          {t("action.close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
