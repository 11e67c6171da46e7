import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { formatting } from "./format";

export function useLocale(): string {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en-GB" : i18n.language;
}

export function useFormat() {
  const locale = useLocale();
  return useMemo(() => formatting(locale), [locale]);
}
