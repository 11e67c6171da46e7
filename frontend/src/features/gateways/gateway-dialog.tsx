import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import { useCreateGateway, useEditGateway } from "./api/use-change-gateway";
import type { Gateway } from "./api/use-gateway";

const schema = z.object({ name: z.string().check(z.trim(), z.minLength(1)), description: z.string() });

type Values = z.infer<typeof schema>;

interface NewGatewayDialogProps {
  onClose: () => void;
  onCreated: (gateway: Gateway) => void;
}

export function NewGatewayDialog({ onClose, onCreated }: NewGatewayDialogProps) {
  const { t } = useTranslation();
  const create = useCreateGateway();
  return (
    <Dialog open onClose={onClose} title={t("gateways.new")} description={t("gateways.newText")}>
      <GatewayForm
        values={{ name: "", description: "" }}
        action={t("action.create")}
        busy={create.isPending}
        onSubmit={(values) => create.mutate(values, { onSuccess: onCreated })}
        onCancel={onClose}
      />
    </Dialog>
  );
}

export function EditGatewayDialog({ gateway, onClose }: { gateway: Gateway; onClose: () => void }) {
  const { t } = useTranslation();
  const edit = useEditGateway(gateway);
  const done = () => {
    toast.success(t("state.saved"));
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t("gateways.editTitle", { name: gateway.name })}>
      <GatewayForm
        values={gateway}
        action={t("action.save")}
        busy={edit.isPending}
        onSubmit={(values) => edit.mutate(values, { onSuccess: done })}
        onCancel={onClose}
      />
    </Dialog>
  );
}

interface GatewayFormProps {
  values: Values;
  action: string;
  busy: boolean;
  onSubmit: (values: Values) => void;
  onCancel: () => void;
}

function GatewayForm({ values: { name, description }, action, busy, onSubmit, onCancel }: GatewayFormProps) {
  const { t } = useTranslation();
  const { register, handleSubmit, formState } = useValidForm(schema, { name, description });
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(onSubmit)(event)} className="grid gap-4">
      <Field label={t("gateways.name")} error={formState.errors.name && t("error.required")}>
        {(wiring) => <Input autoFocus autoComplete="off" {...wiring} {...register("name")} />}
      </Field>
      <Field label={t("gateways.description")}>{(wiring) => <Textarea {...wiring} {...register("description")} />}</Field>
      <DialogActions>
        <Button onClick={onCancel}>{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
