import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select, Textarea } from "@/components/ui/input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useValidForm, z } from "@/lib/form";
import { LONGEST_MESSAGE } from "@/lib/writing";
import { useUsers, type User } from "@/queries/use-users";
import type { Detail } from "./api/use-detail";
import { useTransfer } from "./api/use-transfer";

const schema = z.object({ to: z.string().check(z.minLength(1)), note: z.string().check(z.maxLength(LONGEST_MESSAGE)) });

export function TransferDialog({ conversation, onClose }: { conversation: Detail; onClose: () => void }) {
  const { t } = useTranslation();
  const people = useUsers({ role: "administrator", active: true, limit: 100 });
  const others = people.data?.items.filter(({ id }) => id !== conversation.assigned_to && id !== conversation.client_id);
  return (
    <Dialog open onClose={onClose} title={t("inbox.transferTitle")}>
      {!others && <SkeletonRows count={2} />}
      {others?.length === 0 && <p className="text-sm text-soft">{t("inbox.nobodyElse")}</p>}
      {others && others.length > 0 && <TransferForm conversation={conversation.id} others={others} onClose={onClose} />}
    </Dialog>
  );
}

function TransferForm({ conversation, others, onClose }: { conversation: string; others: readonly User[]; onClose: () => void }) {
  const { t } = useTranslation();
  const transfer = useTransfer(conversation);
  const { register, handleSubmit, formState } = useValidForm(schema, { to: "", note: "" });
  const submit = handleSubmit((values) =>
    transfer.mutate(values, {
      onSuccess: ({ assigned_name }) => {
        toast.success(t("inbox.transferred", { name: assigned_name ?? "" }));
        onClose();
      },
    }),
  );
  return (
    <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
      <Field label={t("inbox.transferTo")} error={formState.errors.to && t("error.required")}>
        {(wiring) => (
          <Select className="w-full" {...wiring} {...register("to")}>
            <option value="">–</option>
            {others.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} ({email})
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("inbox.transferNote")} hint={t("inbox.transferNoteHint")}>
        {(wiring) => <Textarea {...wiring} {...register("note")} />}
      </Field>
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" busy={transfer.isPending}>
          {t("inbox.transfer").replace("…", "")}
        </Button>
      </DialogActions>
    </form>
  );
}
