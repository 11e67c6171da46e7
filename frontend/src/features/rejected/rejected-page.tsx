import { CircleCheck, RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { GrowingList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { Table, Td, Th, ThMore, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useRejected, type Reason } from "./api/use-rejected";
import { useReplay } from "./api/use-replay";

type Rejected = Schemas["RejectedReading"];

const REASONS: readonly Reason[] = [
  "malformed",
  "unknown_device",
  "inactive_device",
  "forbidden_device",
  "not_finite",
  "out_of_range",
  "negative",
  "future",
  "too_old",
  "conflict",
  "unstorable",
];

export function RejectedPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const reason = REASONS.find((one) => one === search.get("reason"));
  const rejected = useRejected(reason);
  return (
    <Page
      title={t("rejected.title")}
      actions={
        <Select aria-label={t("rejected.reason")} value={reason ?? ""} onChange={(event) => set({ reason: event.target.value })}>
          <option value="">{t("rejected.everyReason")}</option>
          {REASONS.map((value) => (
            <option key={value} value={value}>
              {t(`rejectedReason.${value}`)}
            </option>
          ))}
        </Select>
      }
    >
      <GrowingList
        of={rejected}
        more={t("rejected.more")}
        isNarrow={reason !== undefined}
        none={{ icon: CircleCheck, title: t("rejected.none"), text: t("rejected.noneText") }}
      >
        {(items) => <Rows items={items} />}
      </GrowingList>
    </Page>
  );
}

function Rows({ items }: { items: readonly Rejected[] }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <Table label={t("rejected.title")} className="rounded-xl">
      <thead>
        <tr>
          <Th>{t("rejected.at")}</Th>
          <Th>{t("rejected.device")}</Th>
          <Th>{t("rejected.reason")}</Th>
          <Th>{t("rejected.raw")}</Th>
          <ThMore />
        </tr>
      </thead>
      <tbody>
        {items.map((reading) => (
          <Tr key={reading.id}>
            <Td className="whitespace-nowrap text-soft">{moment(reading.received_at)}</Td>
            <Td className="tabular-nums">
              <Sender reading={reading} />
            </Td>
            <Td>
              <Badge tone="bad">{t(`rejectedReason.${reading.reason}`)}</Badge>
            </Td>
            <Td className="max-w-xs">
              <code className="font-mono text-xs break-all">{reading.raw}</code>
            </Td>
            <Td className="text-right whitespace-nowrap">
              <Replay reading={reading} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function Sender({ reading: { device_id, reason } }: { reading: Rejected }) {
  if (device_id === null || device_id === undefined || reason === "unknown_device") return device_id ?? "–";
  return (
    <Link to={`/devices/${device_id}`} className="inline-flex min-h-6 items-center underline underline-offset-4">
      {device_id}
    </Link>
  );
}

function Replay({ reading }: { reading: Rejected }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const replay = useReplay();
  const mayChange = useMayChange();
  if (reading.replayed_at) return <span className="text-soft">{t("rejected.replayed", { time: ago(reading.replayed_at) })}</span>;
  if (!mayChange) return null;
  const told = ({ accepted, reason }: Schemas["Replayed"]) =>
    accepted ? toast.success(t("rejected.accepted")) : toast.warning(t("rejected.refused", { reason: reason ? t(`rejectedReason.${reason}`) : "" }));
  return (
    <Button size="sm" busy={replay.isPending} onClick={() => replay.mutate(reading.id, { onSuccess: told })}>
      <RotateCw />
      {t("rejected.replay")}
    </Button>
  );
}
