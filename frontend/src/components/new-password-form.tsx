import { useTranslation } from "react-i18next";

import { useValidForm, z } from "@/lib/form";
import { Button } from "./ui/button";
import { Field } from "./ui/field";
import { Input } from "./ui/input";

const SHORTEST = 12;

const schema = z
  .object({ current: z.string(), password: z.string().check(z.minLength(SHORTEST)), repeated: z.string() })
  .check(z.refine(({ password, repeated }) => password === repeated, { path: ["repeated"] }));

interface NewPasswordFormProps {
  /** For the password manager to know whose it is. */
  email: string;
  askCurrent?: boolean;
  busy: boolean;
  onPassword: (password: string, current: string) => void;
}

export function NewPasswordForm({ email, askCurrent = false, busy, onPassword }: NewPasswordFormProps) {
  const { t } = useTranslation();
  const { register, handleSubmit, formState, reset } = useValidForm(schema, { current: "", password: "", repeated: "" });
  const { errors } = formState;
  const submit = handleSubmit(({ password, current }) => {
    onPassword(password, current);
    if (askCurrent) reset();
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
      <input type="text" autoComplete="username" value={email} readOnly hidden aria-hidden="true" />
      {askCurrent && (
        <Field label={t("profile.current")}>
          {(wiring) => <Input type="password" autoComplete="current-password" {...wiring} {...register("current")} />}
        </Field>
      )}
      <Field label={t("link.new")} hint={t("link.rules")} error={errors.password && t("error.short", { count: SHORTEST })}>
        {(wiring) => <Input type="password" autoComplete="new-password" {...wiring} {...register("password")} />}
      </Field>
      <Field label={t("link.repeat")} error={errors.repeated && t("error.mismatch")}>
        {(wiring) => <Input type="password" autoComplete="new-password" {...wiring} {...register("repeated")} />}
      </Field>
      <Button type="submit" variant="primary" busy={busy}>
        {askCurrent ? t("profile.change") : t("action.save")}
      </Button>
    </form>
  );
}
