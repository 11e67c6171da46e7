import { useEffect } from "react";

import { known, speak, takeChosen } from "@/i18n";
import { useProfile } from "@/queries/use-profile";
import { useSaveProfile } from "@/queries/use-save-profile";

/** The language of the account holds on every machine. What was chosen on the way in becomes it. */
export function useOwnLanguage() {
  const language = known(useProfile().data?.language ?? null);
  const save = useSaveProfile().mutate;
  useEffect(() => {
    if (!language) return;
    const chosen = takeChosen();
    if (chosen && chosen !== language) save({ language: chosen });
    else void speak(language);
  }, [language, save]);
}
