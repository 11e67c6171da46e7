import { BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { useOffset } from "@/lib/use-search";
import { useRole } from "@/lib/use-session";
import { useAlerts, type Alert } from "@/queries/use-alerts";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { AlertRow } from "./alert-row";
import { AlertFilters } from "./alert-filters";
import { useWantedAlerts } from "./use-wanted-alerts";

const SIZE = 25;

export function AlertsPage() {
  const { t } = useTranslation();
  const { wanted, isNarrow, set } = useWantedAlerts();
  const offset = useOffset();
  const [looking, setLooking] = useState<Alert | null>(null);
  const alerts = useAlerts({ ...wanted, offset, limit: SIZE });
  const mayAnswer = useRole() !== "operator";
  return (
    <Page title={t("alerts.title")} actions={<AlertFilters wanted={wanted} onChange={set} />}>
      <PagedList
        of={alerts}
        size={SIZE}
        isNarrow={isNarrow}
        none={{ icon: BellOff, title: t("alerts.none"), text: t("alerts.noneText") }}
      >
        {(items) => (
          <ul className="divide-y">
            {items.map((alert) => (
              <AlertRow key={alert.id} alert={alert} mayAnswer={mayAnswer} onAcknowledge={() => setLooking(alert)} />
            ))}
          </ul>
        )}
      </PagedList>
      {looking && <AcknowledgeDialog alert={looking} onClose={() => setLooking(null)} />}
    </Page>
  );
}
