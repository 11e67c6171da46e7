import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Confirm } from "@/components/ui/confirm";
import type { User } from "@/queries/use-users";
import { useSetActive } from "./api/use-set-active";

export function DeactivateUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const setActive = useSetActive();
  const done = () => {
    toast.success(t("users.deactivated", { name: user.name }));
    onClose();
  };
  return (
    <Confirm
      open
      title={t("users.deactivateTitle", { name: user.name })}
      text={t("users.deactivateText")}
      action={t("users.deactivate")}
      busy={setActive.isPending}
      onConfirm={() => setActive.mutate({ id: user.id, active: false }, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
