import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import { LONGEST_MESSAGE } from "@/lib/writing";
import { useAddReply } from "./api/use-canned-replies";

const schema = z.object({
  shortcut: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/)),
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(LONGEST_MESSAGE)),
});

export function NewReplyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddReply();
  const { register, handleSubmit, formState } = useValidForm(schema, { shortcut: "", text: "" });
  const submit = handleSubmit((reply) => add.mutate(reply, { onSuccess: onClose }));
  return (
    <Dialog open onClose={onClose} title={t("inbox.cannedTitle")}>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field label={t("inbox.cannedShortcut")} hint={t("inbox.cannedShortcutHint")} error={formState.errors.shortcut && t("inbox.cannedShortcutHint")}>
          {(wiring) => <Input autoFocus {...wiring} {...register("shortcut")} />}
        </Field>
        <Field label={t("inbox.cannedText")} hint={t("inbox.cannedTextHint")} error={formState.errors.text && t("error.required")}>
          {(wiring) => <Textarea {...wiring} {...register("text")} />}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={add.isPending}>
            {t("action.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
