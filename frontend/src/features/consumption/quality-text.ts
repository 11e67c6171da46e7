import { useTranslation } from "react-i18next";

import type { TextKey } from "@/i18n/translated";
import type { UsagePeriod } from "@/queries/use-usage";

/** What to know about a period beside its amount. */
export function useQualityText() {
  const { t, i18n } = useTranslation();
  return ({ quality, revision, complete }: UsagePeriod): string[] => [
    ...quality.map((flag) => (i18n.exists(`quality.${flag}`) ? t(`quality.${flag}` as TextKey) : flag)),
    ...(revision > 0 ? [t("usage.revised")] : []),
    ...(complete ? [] : [t("usage.stillGoing")]),
  ];
}
