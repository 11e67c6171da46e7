import { useTranslation } from "react-i18next";

import { useValidForm, z } from "@/lib/form";
import { LONGEST_MESSAGE } from "@/lib/writing";
import { useSaveReply, type CannedReply } from "@/queries/use-canned-replies";
import { Button } from "./ui/button";
import { Dialog, DialogActions } from "./ui/dialog";
import { Field } from "./ui/field";
import { Input, Textarea } from "./ui/input";

const schema = z.object({
  shortcut: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/)),
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(LONGEST_MESSAGE)),
});

interface ReplyDialogProps {
  /** null: a new one. */
  before: CannedReply | null;
  onClose: () => void;
}

export function ReplyDialog({ before, onClose }: ReplyDialogProps) {
  const { t } = useTranslation();
  const save = useSaveReply(before);
  const { register, handleSubmit, formState } = useValidForm(schema, { shortcut: before?.shortcut ?? "", text: before?.text ?? "" });
  const submit = handleSubmit((reply) => save.mutate(reply, { onSuccess: onClose }));
  return (
    <Dialog open onClose={onClose} title={before ? t("canned.edit", { name: before.shortcut }) : t("inbox.cannedTitle")}>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field label={t("inbox.cannedShortcut")} hint={t("inbox.cannedShortcutHint")} error={formState.errors.shortcut && t("inbox.cannedShortcutHint")}>
          {(wiring) => <Input autoFocus {...wiring} {...register("shortcut")} />}
        </Field>
        <Field label={t("inbox.cannedText")} hint={t("inbox.cannedTextHint")} error={formState.errors.text && t("error.required")}>
          {(wiring) => <Textarea {...wiring} {...register("text")} />}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t(before ? "action.save" : "action.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
