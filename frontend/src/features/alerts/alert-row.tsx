import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { AlertIcon } from "@/components/alert-icon";
import { AlertText } from "@/components/alert-text";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { dateOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import type { Alert } from "@/queries/use-alerts";
import { AlertMenu } from "./alert-menu";

const WASHES = { info: "bg-info-wash text-info", warning: "bg-warn-wash text-warn", critical: "bg-bad-wash text-bad" } as const;
const TONES = { info: "info", warning: "warn", critical: "bad" } as const;

interface AlertRowProps {
  alert: Alert;
  mayAnswer: boolean;
  onAcknowledge: () => void;
}

export function AlertRow({ alert, mayAnswer, onAcknowledge }: AlertRowProps) {
  const { t } = useTranslation();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <span className={cn("grid size-9 shrink-0 place-items-center rounded-lg", WASHES[alert.severity])}>
        <AlertIcon kind={alert.kind} className="size-4" />
      </span>
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          {alert.device_name}
          <Badge tone={TONES[alert.severity]}>{t(`alerts.${alert.kind}`)}</Badge>
          {alert.severity !== "warning" && <Badge tone={TONES[alert.severity]}>{t(`severity.${alert.severity}`)}</Badge>}
          <Marks alert={alert} />
        </p>
        <p className="text-sm text-soft">
          <AlertText alert={alert} />
        </p>
        {alert.note && <p className="mt-0.5 text-sm">{alert.note}</p>}
      </div>
      <div className="flex items-center gap-2">
        <Button asChild size="sm" variant="ghost">
          <Link to={`/consumption?device=${alert.device_id}&date=${dateOf(alert.since)}`}>{t("alerts.showUsage")}</Link>
        </Button>
        {mayAnswer && alert.state === "raised" && (
          <Button size="sm" onClick={onAcknowledge}>
            {t("alerts.acknowledge")}
          </Button>
        )}
        {mayAnswer && alert.state !== "cleared" && <AlertMenu alert={alert} />}
      </div>
    </li>
  );
}

function Marks({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { historical, snoozed_until, escalated_at, state } = alert;
  return (
    <>
      {historical && <Badge>{t("alerts.historical")}</Badge>}
      {escalated_at && state === "raised" && <Badge tone="bad">{t("alerts.escalated")}</Badge>}
      {snoozed_until && state !== "cleared" && <Badge>{t("alerts.snoozedUntil", { time: moment(snoozed_until) })}</Badge>}
    </>
  );
}
