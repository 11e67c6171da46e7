import { Gauge, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { AlertText } from "@/components/alert-text";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { dateOf } from "@/lib/format";
import type { Alert } from "@/queries/use-alerts";

export function AlertRow({ alert, onAcknowledge }: { alert: Alert; onAcknowledge: () => void }) {
  const { t } = useTranslation();
  const Icon = alert.kind === "offline" ? WifiOff : Gauge;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-warn-wash text-warn">
        <Icon className="size-4" aria-hidden />
      </span>
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {alert.device_name}
          <Badge tone="warn">{t(`alerts.${alert.kind}`)}</Badge>
          {alert.historical && <Badge>{t("alerts.historical")}</Badge>}
        </p>
        <p className="text-sm text-soft">
          <AlertText alert={alert} />
        </p>
        {alert.note && <p className="mt-0.5 text-sm">{alert.note}</p>}
      </div>
      <div className="flex gap-2">
        <Button asChild size="sm" variant="ghost">
          <Link to={`/consumption?device=${alert.device_id}&date=${dateOf(alert.since)}`}>{t("alerts.showUsage")}</Link>
        </Button>
        {alert.state === "raised" && (
          <Button size="sm" onClick={onAcknowledge}>
            {t("alerts.acknowledge")}
          </Button>
        )}
      </div>
    </li>
  );
}
