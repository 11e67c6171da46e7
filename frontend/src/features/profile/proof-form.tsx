import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import type { Proof } from "./api/use-factor";

const schema = z.object({
  password: z.string().check(z.minLength(1)),
  code: z.string().check(z.trim(), z.minLength(6)),
});

interface ProofFormProps {
  action: string;
  busy: boolean;
  onSubmit: (proof: Proof) => void;
}

/** That it is them who ask: what they know, and what they have. */
export function ProofForm({ action, busy, onSubmit }: ProofFormProps) {
  const { t } = useTranslation();
  const { register, handleSubmit, formState } = useValidForm(schema, { password: "", code: "" });
  const { errors } = formState;
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(onSubmit)(event)} className="grid gap-4">
      <Field label={t("profile.factorPassword")} error={errors.password && t("error.required")}>
        {(wiring) => <Input type="password" autoComplete="current-password" autoFocus {...wiring} {...register("password")} />}
      </Field>
      <Field label={t("signIn.code")} hint={t("signIn.codeHint")} error={errors.code && t("error.short", { count: 6 })}>
        {(wiring) => <Input autoComplete="one-time-code" {...wiring} {...register("code")} />}
      </Field>
      <Button type="submit" variant="primary" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
