import { useTranslation } from "react-i18next";

import { Problem } from "@/api/problem";

/** What to tell the person about an error. */
export function useProblemText() {
  const { t } = useTranslation();
  return (error: unknown): string => {
    if (error instanceof Problem) return error.message || t("state.failed");
    return t("error.network");
  };
}
