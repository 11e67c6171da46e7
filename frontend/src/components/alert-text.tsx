import { useTranslation } from "react-i18next";

import { clockOf, dateOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import type { Alert } from "@/queries/use-alerts";

/** What happened, in one line, by the clocks of the device. */
export function AlertText({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const { kwh, date } = useFormat();
  const time = `${date(dateOf(alert.since), "short")}, ${clockOf(alert.since)}`;
  if (alert.kind === "offline") return t("alerts.offlineText", { time });
  // The newer rules tell it themselves, in English.
  if (alert.kind !== "hourly_limit") return alert.text;
  return t("alerts.overText", { energy: kwh(alert.energy_kwh), limit: kwh(alert.limit_kwh), hour: time });
}
