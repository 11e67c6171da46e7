import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { PersonPicker } from "@/components/pick/person-picker";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Segmented } from "@/components/ui/segmented";
import { useAssign, type Place } from "@/queries/use-assignments";
import type { User } from "@/queries/use-users";

interface AssignDialogProps {
  place: Place;
  name: string;
  onClose: () => void;
}

export function AssignDialog({ place, name, onClose }: AssignDialogProps) {
  const { t } = useTranslation();
  const [person, setPerson] = useState<User | null>(null);
  const [level, setLevel] = useState<Schemas["AccessLevel"]>("owner");
  const assign = useAssign(place);

  function confirm(chosen: User) {
    const done = () => {
      toast.success(t("people.assigned", { name: chosen.name, place: name }));
      onClose();
    };
    assign.mutate({ user_id: chosen.id, level }, { onSuccess: done });
  }

  return (
    <Dialog open onClose={onClose} title={t("people.assignTitle", { name })}>
      <PersonPicker chosen={person} onChoose={setPerson} />
      <div className="mt-4 flex items-center gap-3">
        <span className="text-sm font-medium">{t("people.level")}</span>
        <Segmented
          label={t("people.level")}
          value={level}
          options={[
            { value: "owner", label: t("people.owner") },
            { value: "viewer", label: t("people.viewer") },
          ]}
          onChange={setLevel}
        />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" disabled={!person} busy={assign.isPending} onClick={() => person && confirm(person)}>
          {t("people.assign")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
