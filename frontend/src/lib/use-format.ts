import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { formatting } from "./format";

export function useFormat() {
  const { i18n } = useTranslation();
  return useMemo(() => formatting(i18n.language), [i18n.language]);
}
