import { useTranslation } from "react-i18next";

import { clockOf, dateOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import type { Alert } from "@/queries/use-alerts";

/** What happened, in one line, by the clocks of the device. The server's own text is in English only. */
export function AlertText({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const { money } = useFormat();
  const what = useWhat()(alert);
  if (alert.cost === null || !alert.currency) return what;
  const cost = money(alert.cost, alert.currency);
  return `${what}. ${t(alert.share_percent === null ? "alerts.costOver" : "alerts.costSoFar", { cost })}`;
}

function useWhat() {
  const { t } = useTranslation();
  const { kwh, watts, date, range, number } = useFormat();
  const clock = (text: string) => `${date(dateOf(text), "short")}, ${clockOf(text)}`;
  return ({ kind, since, until, energy_kwh, limit_kwh, usual_kwh, power_w, limit_w }: Alert): string => {
    const energy = kwh(energy_kwh);
    const limit = kwh(limit_kwh);
    const percent = number((100 * (energy_kwh ?? 0)) / (limit_kwh || 1));
    switch (kind) {
      case "hourly_limit":
        // What an hour comes to nobody knows before it is over.
        return t(energy_kwh === null ? "alerts.overLimitText" : "alerts.overText", { energy, limit, hour: clock(since) });
      case "power_limit": {
        const told = { limit: watts(limit_w ?? 0), over: watts((power_w ?? 0) - (limit_w ?? 0)), from: clock(since) };
        return until ? t("alerts.powerUntilText", { ...told, to: clock(until) }) : t("alerts.powerText", told);
      }
      case "daily_budget":
        return t("alerts.dailyText", { energy, limit, percent, day: date(dateOf(since), "short") });
      case "monthly_budget":
        return t("alerts.monthlyText", { energy, limit, percent, month: range(dateOf(since), dateOf(since), "month") });
      case "offline":
        return until
          ? t("alerts.offlineUntilText", { from: clock(since), to: clock(until) })
          : t("alerts.offlineText", { time: clock(since) });
      case "unusual_use":
        return t((energy_kwh ?? 0) > (usual_kwh ?? 0) ? "alerts.unusualMoreText" : "alerts.unusualLessText", {
          energy,
          usual: kwh(usual_kwh),
          difference: kwh(Math.abs((energy_kwh ?? 0) - (usual_kwh ?? 0))),
          hour: clock(since),
        });
    }
  };
}
