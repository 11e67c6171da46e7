import { useTranslation } from "react-i18next";

import { useFormat } from "@/lib/use-format";
import type { Rule } from "./amounts";

/** A rule in a sentence. `limitKwh` is the device's, null where it has none; undefined: it is about no one device. */
export function useRuleText() {
  const { t } = useTranslation();
  const { kwh, watts, number } = useFormat();
  return (rule: Rule, limitKwh: number | null | undefined): string => {
    switch (rule.kind) {
      case "hourly_limit":
        if (limitKwh === undefined) return t("rules.hourlyLimitOfEach");
        return limitKwh === null ? t("rules.hourlyLimitNone") : t("rules.hourlyLimitText", { limit: kwh(limitKwh) });
      case "power_limit":
        return t("rules.powerLimitText", { limit: watts(rule.limit_w), minutes: number(rule.for_s / 60, 1) });
      case "daily_budget":
        return t("rules.dailyBudgetText", { budget: kwh(rule.kwh), percent: rule.warn_percent });
      case "monthly_budget":
        return t("rules.monthlyBudgetText", { budget: kwh(rule.kwh), percent: rule.warn_percent });
      case "offline":
        return t("rules.offlineText", { number: rule.missed });
      case "unusual_use":
        return t("rules.unusualUseText", { number: rule.weeks });
    }
  };
}
