import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";

const schema = z.object({ code: z.string().check(z.minLength(6)) });

export function CodeForm({ busy, onCode, onBack }: { busy: boolean; onCode: (code: string) => void; onBack: () => void }) {
  const { t } = useTranslation();
  const { register, handleSubmit, formState } = useValidForm(schema, { code: "" });
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(({ code }) => onCode(code.trim()))(event)} className="grid gap-4">
      <Field label={t("signIn.code")} error={formState.errors.code && t("error.short", { count: 6 })}>
        {(wiring) => <Input autoComplete="one-time-code" autoFocus {...wiring} {...register("code")} />}
      </Field>
      <Button type="submit" variant="primary" busy={busy} className="h-10">
        {t("signIn.submit")}
      </Button>
      <Button variant="ghost" onClick={onBack}>
        {t("signIn.back")}
      </Button>
    </form>
  );
}
