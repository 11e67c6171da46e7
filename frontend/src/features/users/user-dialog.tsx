import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { browserZone, ZoneOptions } from "@/components/zone-options";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Select, Textarea } from "@/components/ui/input";
import { LANGUAGES } from "@/i18n";
import { useValidForm, z } from "@/lib/form";
import type { User } from "@/queries/use-users";
import { useSaveUser } from "./api/use-save-user";

const schema = z.object({
  name: z.string().check(z.trim(), z.minLength(1)),
  email: z.string().check(z.trim(), z.includes("@")),
  role: z.enum(["client", "operator", "administrator"]),
  time_zone: z.string(),
  language: z.string(),
  phone: z.string(),
  address: z.string(),
  notes: z.string(),
});

type Values = z.infer<typeof schema>;

function valuesOf(user: User | null): Values {
  return {
    name: user?.name ?? "",
    email: user?.email ?? "",
    role: user?.role ?? "client",
    time_zone: user?.time_zone ?? browserZone(),
    language: user?.language ?? "en",
    phone: user?.phone ?? "",
    address: user?.address ?? "",
    notes: user?.notes ?? "",
  };
}

interface UserDialogProps {
  user: User | null;
  onClose: () => void;
  onCreated: (user: User) => void;
}

export function UserDialog({ user, onClose, onCreated }: UserDialogProps) {
  const { t } = useTranslation();
  const save = useSaveUser(user);
  const { register, handleSubmit, formState } = useValidForm(schema, valuesOf(user));
  const { errors } = formState;

  const [asking, setAsking] = useState<Values | null>(null); // what is to be saved, once the new role is confirmed

  const send = (values: Values) =>
    save.mutate(values, {
      onSuccess: (saved) => {
        toast.success(user ? t("state.saved") : t("users.invited", { name: saved.name }));
        if (user) onClose();
        else onCreated(saved);
      },
      onError: () => setAsking(null),
    });
  const submit = handleSubmit((values) => (user && values.role !== user.role ? setAsking(values) : send(values)));

  return (
    <Dialog open onClose={onClose} title={user ? t("users.editTitle", { name: user.name }) : t("users.newTitle")}>
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 sm:grid-cols-2">
        <Field label={t("users.name")} error={errors.name && t("error.required")}>
          {(wiring) => <Input autoFocus autoComplete="off" {...wiring} {...register("name")} />}
        </Field>
        <Field label={t("users.email")} error={errors.email && t("error.email")}>
          {(wiring) => <Input type="email" autoComplete="off" {...wiring} {...register("email")} />}
        </Field>
        <Field label={t("users.role")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("role")}>
              <option value="client">{t("role.client")}</option>
              <option value="operator">{t("role.operator")}</option>
              <option value="administrator">{t("role.administrator")}</option>
            </Select>
          )}
        </Field>
        <Field label={t("users.language")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("language")}>
              {LANGUAGES.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("users.timeZone")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("time_zone")}>
              <ZoneOptions known={user?.time_zone} />
            </Select>
          )}
        </Field>
        <Field label={t("users.phone")}>{(wiring) => <Input type="tel" autoComplete="off" {...wiring} {...register("phone")} />}</Field>
        <Field label={t("users.address")} className="sm:col-span-2">
          {(wiring) => <Input autoComplete="off" {...wiring} {...register("address")} />}
        </Field>
        <Field label={t("users.notes")} hint={t("users.notesHint")} className="sm:col-span-2">
          {(wiring) => <Textarea {...wiring} {...register("notes")} />}
        </Field>
        <div className="sm:col-span-2">
          <DialogActions>
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button type="submit" variant="primary" busy={save.isPending}>
              {user ? t("action.save") : t("action.create")}
            </Button>
          </DialogActions>
        </div>
      </form>
      {asking && (
        <Confirm
          open
          title={t("users.roleTitle", { name: asking.name, role: t(`role.${asking.role}`) })}
          text={t(`users.roleText.${asking.role}`)}
          action={t("users.changeRole")}
          busy={save.isPending}
          onConfirm={() => send(asking)}
          onCancel={() => setAsking(null)}
        />
      )}
    </Dialog>
  );
}
