import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Th, ThMore } from "@/components/ui/table";
import { useSearch } from "@/lib/use-search";
import { useDeliveries, type DeliveryState } from "./api/use-deliveries";
import { DeliveryRow } from "./delivery-row";

const SIZE = 25;
const STATES: readonly DeliveryState[] = ["waiting", "sent", "failed", "dropped"];
const COLUMNS = ["due", "to", "channel", "state", "error"] as const;

/** Notifications on their way out of the house, and what became of them. */
export function DeliveriesPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const state = STATES.find((one) => one === search.get("state"));
  const offset = Number(search.get("offset")) || 0;
  const deliveries = useDeliveries({ state, offset, limit: SIZE });
  const items = deliveries.data?.items ?? [];
  return (
    <Page
      title={t("deliveries.title")}
      text={t("deliveries.text")}
      actions={
        <Select
          aria-label={t("deliveries.state")}
          value={state ?? ""}
          onChange={(event) => set({ state: event.target.value, offset: null })}
        >
          <option value="">{t("state.all")}</option>
          {STATES.map((value) => (
            <option key={value} value={value}>
              {t(`deliveries.${value}`)}
            </option>
          ))}
        </Select>
      }
    >
      <Card>
        {deliveries.isPending && <SkeletonRows />}
        {deliveries.isError && <LoadFailed error={deliveries.error} retry={() => void deliveries.refetch()} />}
        {deliveries.isSuccess && items.length === 0 && (
          <Notice icon={Send} title={t("deliveries.none")}>
            {t("deliveries.noneText")}
          </Notice>
        )}
        {items.length > 0 && (
          <Table label={t("deliveries.title")} className="rounded-xl">
            <thead>
              <tr>
                {COLUMNS.map((column) => (
                  <Th key={column}>{t(`deliveries.${column}`)}</Th>
                ))}
                <ThMore />
              </tr>
            </thead>
            <tbody>
              {items.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} />
              ))}
            </tbody>
          </Table>
        )}
        {deliveries.data && (
          <Pager offset={offset} size={SIZE} total={deliveries.data.total} onOffset={(next) => set({ offset: String(next) })} />
        )}
      </Card>
    </Page>
  );
}
