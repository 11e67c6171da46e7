import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import { useProblemText } from "@/lib/use-problem-text";
import type { Credentials } from "./api/use-sign-in";

const schema = z.object({ email: z.string().check(z.minLength(1)), password: z.string().check(z.minLength(1)) });

interface CredentialsFormProps {
  busy: boolean;
  problem: Error | null;
  onSubmit: (typed: Credentials) => void;
}

export function CredentialsForm({ busy, problem, onSubmit }: CredentialsFormProps) {
  const { t } = useTranslation();
  const text = useProblemText();
  const [shown, setShown] = useState(false);
  const { register, handleSubmit, formState } = useValidForm(schema, { email: "", password: "" });
  const { errors } = formState;
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(onSubmit)(event)} className="grid gap-4">
      <Field label={t("signIn.email")} error={errors.email && t("error.required")}>
        {(wiring) => <Input type="email" autoComplete="username" autoFocus {...wiring} {...register("email")} />}
      </Field>
      <Field
        label={t("signIn.password")}
        error={errors.password && t("error.required")}
        aside={
          <Link to="/forgot-password" className="text-sm text-accent underline-offset-4 hover:underline">
            {t("signIn.forgot")}
          </Link>
        }
      >
        {(wiring) => (
          <span className="relative block">
            <Input
              type={shown ? "text" : "password"}
              autoComplete="current-password"
              className="pr-10"
              {...wiring}
              {...register("password")}
            />
            <Button
              variant="ghost"
              size="iconSm"
              className="absolute top-0.5 right-0.5"
              aria-pressed={shown}
              aria-label={shown ? t("signIn.hide") : t("signIn.show")}
              onClick={() => setShown(!shown)}
            >
              {shown ? <EyeOff /> : <Eye />}
            </Button>
          </span>
        )}
      </Field>
      {problem && (
        <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-sm text-bad">
          {text(problem)}
        </p>
      )}
      <Button type="submit" variant="primary" busy={busy} className="h-10">
        {t("signIn.submit")}
      </Button>
    </form>
  );
}
