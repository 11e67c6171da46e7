import { BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useSearch } from "@/lib/use-search";
import { useAlerts, type Alert, type AlertsWanted } from "@/queries/use-alerts";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { AlertRow } from "./alert-row";

const SIZE = 25;
const STATES = ["raised", "acknowledged", "cleared"] as const;
const LABELS = { raised: "alerts.open", acknowledged: "alerts.acknowledged", cleared: "alerts.cleared" } as const;

export function AlertsPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const [looking, setLooking] = useState<Alert | null>(null);
  const state = STATES.find((one) => one === search.get("state")) ?? "raised";
  const kind = (search.get("kind") as AlertsWanted["kind"]) ?? undefined;
  const offset = Number(search.get("offset")) || 0;
  const alerts = useAlerts({ state, kind, offset, limit: SIZE });
  return (
    <Page
      title={t("alerts.title")}
      actions={
        <>
          <Segmented
            label={t("alerts.state")}
            value={state}
            options={STATES.map((value) => ({ value, label: t(LABELS[value]) }))}
            onChange={(value) => set({ state: value, offset: null })}
          />
          <Select aria-label={t("alerts.kind")} value={kind ?? ""} onChange={(event) => set({ kind: event.target.value, offset: null })}>
            <option value="">{t("state.all")}</option>
            <option value="hourly_limit">{t("alerts.hourly_limit")}</option>
            <option value="offline">{t("alerts.offline")}</option>
          </Select>
        </>
      }
    >
      <Card>
        {alerts.isPending && <SkeletonRows />}
        {alerts.isError && <LoadFailed error={alerts.error} retry={() => void alerts.refetch()} />}
        {alerts.data?.items.length === 0 && (
          <Notice icon={BellOff} title={t("alerts.none")}>
            {t("alerts.noneText")}
          </Notice>
        )}
        {alerts.data && (
          <>
            <ul className="divide-y">
              {alerts.data.items.map((alert) => (
                <AlertRow key={alert.id} alert={alert} onAcknowledge={() => setLooking(alert)} />
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
