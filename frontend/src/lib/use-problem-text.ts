import { useTranslation } from "react-i18next";

import { Problem } from "@/api/problem";
import { useServerText } from "./use-server-text";

/** What to tell the person about an error. */
export function useProblemText() {
  const { t } = useTranslation();
  const told = useServerText();
  return (error: unknown): string => {
    if (!(error instanceof Problem)) return t("error.network");
    if (!error.message) return t("state.failed");
    const fields = Object.entries(error.fields).map(([field, problem]) => `${field}: ${told(problem)}`);
    return [told(error.message), fields.join("; ")].filter(Boolean).join(" ");
  };
}
