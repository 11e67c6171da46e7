import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import { usePasswordReset } from "./api/use-password-reset";
import { FrontDoor } from "./front-door";

const schema = z.object({ email: z.string().check(z.includes("@")) });

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const reset = usePasswordReset();
  const { register, handleSubmit, formState } = useValidForm(schema, { email: "" });
  return (
    <FrontDoor title={t("reset.title")}>
      {reset.isSuccess ? (
        <p role="status" className="text-sm">
          {t("reset.text")}
        </p>
      ) : (
        <form noValidate onSubmit={(event) => void handleSubmit(({ email }) => reset.mutate(email))(event)} className="grid gap-4">
          <Field label={t("signIn.email")} error={formState.errors.email && t("error.email")}>
            {(wiring) => <Input type="email" autoComplete="username" autoFocus {...wiring} {...register("email")} />}
          </Field>
          <Button type="submit" variant="primary" busy={reset.isPending}>
            {t("reset.submit")}
          </Button>
        </form>
      )}
      <Button asChild variant="ghost" className="mt-3 w-full">
        <Link to="/sign-in">{t("signIn.title")}</Link>
      </Button>
    </FrontDoor>
  );
}
