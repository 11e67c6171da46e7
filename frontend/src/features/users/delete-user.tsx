import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Confirm } from "@/components/ui/confirm";
import type { User } from "@/queries/use-users";
import { useDeleteUser } from "./api/use-delete-user";

export function DeleteUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteUser();
  const done = () => {
    toast.success(t("users.deleted", { name: user.name }));
    onClose();
  };
  return (
    <Confirm
      open
      title={t("users.deleteTitle", { name: user.name })}
      text={t("users.deleteText")}
      action={t("action.delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(user.id, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
