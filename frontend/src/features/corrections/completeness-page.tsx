import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "@/api/client";
import { GrowingList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { Table, Td, Th, ThMore, Tr } from "@/components/ui/table";
import { browserZone } from "@/components/zone-options";
import { shifted, todayIn } from "@/lib/dates";
import { useFormat, useLocale } from "@/lib/use-format";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useCompleteness } from "./api/use-completeness";

const RANGES = ["day", "week", "month"] as const;
/** Less than half: something is broken, not merely lossy. */
const BAD = 0.5;

/** Whose readings are missing, up to the beginning of today. */
export function CompletenessPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const range = RANGES.find((one) => one === search.get("range")) ?? "week";
  const zone = browserZone();
  const today = todayIn(zone);
  const report = useCompleteness({ from: shifted(today, range, -1), to: today, zone });
  return (
    <Page
      title={t("completeness.title")}
      text={t("completeness.text")}
      actions={
        <Segmented
          label={t("completeness.range")}
          value={range}
          options={RANGES.map((value) => ({ value, label: t(`completenessRange.${value}`) }))}
          onChange={(value) => set({ range: value })}
        />
      }
    >
      <GrowingList
        of={report}
        more={t("corrections.more")}
        none={{ icon: CircleCheck, title: t("completeness.none"), text: t("completeness.noneText") }}
      >
        {(items) => <Rows items={items} />}
      </GrowingList>
    </Page>
  );
}

function Rows({ items }: { items: readonly Schemas["Incomplete"][] }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const locale = useLocale();
  const mayChange = useMayChange();
  const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const hours = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (
    <Table label={t("completeness.title")} className="rounded-xl">
      <thead>
        <tr>
          <Th>{t("corrections.device")}</Th>
          <Th className="text-right">{t("completeness.coverage")}</Th>
          <Th className="text-right">{t("completeness.missing")}</Th>
          <Th className="hidden sm:table-cell">{t("completeness.last")}</Th>
          <ThMore />
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.device_id}>
            <Td>
              <Link to={`/devices/${item.device_id}`} className="font-medium hover:underline">
                {item.name}
              </Link>
            </Td>
            <Td className="text-right tabular-nums">
              <Badge tone={item.coverage < BAD ? "bad" : "warn"}>{share.format(item.coverage)}</Badge>
            </Td>
            <Td className="text-right whitespace-nowrap tabular-nums">{t("completeness.hours", { hours: hours.format(item.missing_hours) })}</Td>
            <Td className="hidden whitespace-nowrap text-soft sm:table-cell">{item.last_reading_at ? moment(item.last_reading_at) : t("completeness.never")}</Td>
            <Td className="text-right whitespace-nowrap">
              {mayChange && (
                <Button size="sm" asChild>
                  <Link to={`/corrections?device=${item.device_id}&new=1`}>{t("completeness.correct")}</Link>
                </Button>
              )}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
