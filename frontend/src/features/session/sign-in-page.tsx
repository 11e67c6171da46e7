import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useSignIn, type Credentials } from "./api/use-sign-in";
import { CodeForm } from "./code-form";
import { CredentialsForm } from "./credentials-form";
import { DemoAccounts } from "./demo-accounts";
import { FrontDoor } from "./front-door";

export function SignInPage() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [proven, setProven] = useState<Credentials | null>(null);

  async function tryWith(typed: Credentials) {
    const outcome = await signIn.mutateAsync(typed).catch(() => null);
    if (outcome === "second factor") setProven(typed);
  }

  if (proven) {
    return (
      <FrontDoor title={t("signIn.codeTitle")} text={t("signIn.codeHint")}>
        <CodeForm
          busy={signIn.isPending}
          onCode={(code) => void tryWith({ ...proven, code })}
          onBack={() => setProven(null)}
        />
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title={t("signIn.title")} text={t("app.tagline")} below={<DemoAccounts onPick={(one) => void tryWith(one)} />}>
      <CredentialsForm busy={signIn.isPending} problem={signIn.error} onSubmit={(typed) => void tryWith(typed)} />
    </FrontDoor>
  );
}
