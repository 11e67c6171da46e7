import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Confirm } from "@/components/ui/confirm";
import type { User } from "@/queries/use-users";
import { useSetActive } from "./api/use-set-active";

/** Out, or in again. */
export function ActivateUser({ user: { id, name, active }, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const setActive = useSetActive();
  const deed = active ? "deactivate" : "reactivate";
  const done = () => {
    toast.success(t(`users.${deed}Done`, { name }));
    onClose();
  };
  return (
    <Confirm
      open
      title={t(`users.${deed}Title`, { name })}
      text={t(`users.${deed}Text`)}
      action={t(`users.${deed}`)}
      busy={setActive.isPending}
      onConfirm={() => setActive.mutate({ id, active: !active }, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
