import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";

const schema = z.object({ text: z.string().check(z.trim(), z.minLength(1)) });

interface OneFieldFormProps {
  label: string;
  type?: "text" | "password";
  autoComplete: string;
  action: string;
  busy: boolean;
  onSubmit: (text: string) => void;
}

export function OneFieldForm({ label, type = "text", autoComplete, action, busy, onSubmit }: OneFieldFormProps) {
  const { t } = useTranslation();
  const { register, handleSubmit, formState } = useValidForm(schema, { text: "" });
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(({ text }) => onSubmit(text))(event)} className="grid gap-4">
      <Field label={label} error={formState.errors.text && t("error.required")}>
        {(wiring) => <Input type={type} autoComplete={autoComplete} autoFocus {...wiring} {...register("text")} />}
      </Field>
      <Button type="submit" variant="primary" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
