import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Copyable } from "@/components/ui/copyable";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import type { User } from "@/queries/use-users";
import { useMakeLink } from "./api/use-make-link";

/** Makes a one-time link as it opens, and shows it where no mail carries it. */
export function LinkDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { mutate, data: link, isError } = useMakeLink();
  useEffect(() => mutate(user.id), [mutate, user.id]);
  const text = link?.sent_to
    ? t("users.linkSent", { email: link.sent_to })
    : t("users.linkText", { until: link?.expires_at ? moment(link.expires_at) : "…" });
  return (
    <Dialog open onClose={onClose} title={t("users.linkTitle", { name: user.name })} description={text}>
      {link?.url && <Copyable text={link.url} label={t("users.linkTitle", { name: user.name })} />}
      {!link && !isError && <Skeleton className="h-12" />}
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          {t("action.close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
