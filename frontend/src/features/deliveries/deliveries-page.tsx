import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";

import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Select } from "@/components/ui/input";
import { Table, Th, ThMore } from "@/components/ui/table";
import { useOffset, useSearch } from "@/lib/use-search";
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
  const offset = useOffset();
  const deliveries = useDeliveries({ state, offset, limit: SIZE });
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
          <option value="">{t("deliveries.everyState")}</option>
          {STATES.map((value) => (
            <option key={value} value={value}>
              {t(`deliveries.${value}`)}
            </option>
          ))}
        </Select>
      }
    >
      <PagedList
        of={deliveries}
        size={SIZE}
        isNarrow={state !== undefined}
        none={{ icon: Send, title: t("deliveries.none"), text: t("deliveries.noneText") }}
      >
        {(items) => (
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
      </PagedList>
    </Page>
  );
}
