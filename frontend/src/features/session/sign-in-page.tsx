import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "@/api/problem";
import { useSignIn, type Credentials } from "./api/use-sign-in";
import { CodeForm } from "./code-form";
import { CredentialsForm } from "./credentials-form";
import { DemoAccounts } from "./demo-accounts";
import { FrontDoor } from "./front-door";

export function SignInPage() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [proven, setProven] = useState<Credentials | null>(null);
  // Whoever asks may know of these: their passwords stand on the page.
  const [gone, setGone] = useState<readonly string[]>([]);

  async function tryWith(typed: Credentials) {
    const outcome = await signIn.mutateAsync(typed).catch((error: unknown) => error);
    if (outcome === "second factor") setProven(typed);
    return outcome;
  }

  async function pick(account: Credentials) {
    const outcome = await tryWith(account);
    if (!(outcome instanceof Problem && outcome.status === 401)) return;
    setGone([...gone, account.email]);
    signIn.reset();
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
    <FrontDoor title={t("signIn.title")} text={t("app.tagline")} below={<DemoAccounts gone={gone} onPick={(one) => void pick(one)} />}>
      <CredentialsForm busy={signIn.isPending} problem={signIn.error} onSubmit={(typed) => void tryWith(typed)} />
    </FrontDoor>
  );
}
