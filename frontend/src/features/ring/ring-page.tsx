import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import type { TextKey } from "@/i18n/translated";
import { useFormat } from "@/lib/use-format";
import { useRing, type Ring } from "@/queries/use-ring";
import { Changes, Moves } from "./history";
import { colourOf } from "./palette";
import { RingDrawing } from "./ring-drawing";

export function RingPage() {
  const { t } = useTranslation();
  const ring = useRing();
  return (
    <Page title={t("ring.title")} text={t("ring.text")}>
      {ring.isPending && <Skeleton className="h-96 rounded-xl" />}
      {ring.isError && <LoadFailed error={ring.error} retry={() => void ring.refetch()} />}
      {ring.data && (
        <div className="grid gap-4">
          <div className="grid items-start gap-4 lg:grid-cols-[22rem_1fr]">
            <Card className="p-4">
              <RingDrawing ring={ring.data} />
            </Card>
            <Replicas ring={ring.data} now={ring.dataUpdatedAt} />
          </div>
          <Leases ring={ring.data} />
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Changes ring={ring.data} />
            <Moves ring={ring.data} />
          </div>
        </div>
      )}
    </Page>
  );
}

function Replicas({ ring, now }: { ring: Ring; now: number }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  return (
    <Card>
      <CardHeader title={t("admin.replicas")} />
      <Table label={t("admin.replicas")}>
        <thead>
          <tr>
            <Th>{t("ring.replica")}</Th>
            <Th>{t("ring.standing")}</Th>
            <Th className="text-right">{t("ring.holds")}</Th>
            <Th>{t("ring.seen")}</Th>
          </tr>
        </thead>
        <tbody>
          {ring.replicas.map((replica) => (
            <Tr key={replica.id}>
              <Td>
                <span className="flex items-center gap-2 font-medium">
                  <svg viewBox="0 0 10 10" className="size-2.5 shrink-0" aria-hidden>
                    <circle cx="5" cy="5" r="5" fill={colourOf(ring.replicas, replica.id)} />
                  </svg>
                  {replica.name}
                </span>
              </Td>
              <Td>
                <Badge tone={replica.standing === "member" ? "good" : "plain"}>{t(`ringStanding.${replica.standing}` as TextKey)}</Badge>
              </Td>
              <Td className="text-right tabular-nums">{replica.holds}</Td>
              <Td className="whitespace-nowrap text-soft">{ago(replica.seen_at, now)}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function Leases({ ring }: { ring: Ring }) {
  const { t } = useTranslation();
  return (
    <Card>
      <CardHeader title={t("ring.partitions")} />
      <ul className="grid grid-cols-2 gap-2 px-4 pb-4 sm:grid-cols-4 sm:px-5 lg:grid-cols-8">
        {ring.leases.map(({ partition, replica, replica_id, epoch, left_s }) => (
          <li key={partition} className="rounded-lg border p-2.5 text-xs">
            <p className="flex items-center justify-between font-medium">
              <span>
                <span className="sr-only">{t("ring.partition", { number: partition })}</span>
                <span aria-hidden>#{partition}</span>
              </span>
              <svg viewBox="0 0 10 10" className="size-2.5" aria-hidden>
                <circle cx="5" cy="5" r="5" fill={colourOf(ring.replicas, replica_id)} />
              </svg>
            </p>
            <p className="mt-1 truncate">{replica ?? t("ring.nobody")}</p>
            <p className="text-soft tabular-nums">
              {t("ring.epoch")} {epoch}
            </p>
            <p className="text-soft tabular-nums">{left_s === null ? "–" : `${left_s.toFixed(0)} s`}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
