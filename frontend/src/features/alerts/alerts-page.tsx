import { BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useRole } from "@/lib/use-session";
import { useAlerts, type Alert } from "@/queries/use-alerts";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { AlertRow } from "./alert-row";
import { AlertFilters } from "./alert-filters";
import { useWantedAlerts } from "./use-wanted-alerts";

const SIZE = 25;

export function AlertsPage() {
  const { t } = useTranslation();
  const { wanted, isNarrow, offset, set } = useWantedAlerts();
  const [looking, setLooking] = useState<Alert | null>(null);
  const alerts = useAlerts({ ...wanted, offset, limit: SIZE });
  const mayAnswer = useRole() !== "operator";
  return (
    <Page title={t("alerts.title")} actions={<AlertFilters wanted={wanted} onChange={set} />}>
      <Card>
        {alerts.isPending && <SkeletonRows />}
        {alerts.isError && <LoadFailed error={alerts.error} retry={() => void alerts.refetch()} />}
        {alerts.data?.items.length === 0 && (
          <Notice icon={BellOff} title={t(isNarrow ? "alerts.noneMatch" : "alerts.none")}>
            {t(isNarrow ? "alerts.noneMatchText" : "alerts.noneText")}
          </Notice>
        )}
        {alerts.data && (
          <>
            <ul className="divide-y">
              {alerts.data.items.map((alert) => (
                <AlertRow key={alert.id} alert={alert} mayAnswer={mayAnswer} onAcknowledge={() => setLooking(alert)} />
              ))}
            </ul>
            <Pager offset={offset} size={SIZE} total={alerts.data.total} onOffset={(next) => set({ offset: String(next) })} />
          </>
        )}
      </Card>
      {looking && <AcknowledgeDialog alert={looking} onClose={() => setLooking(null)} />}
    </Page>
  );
}
