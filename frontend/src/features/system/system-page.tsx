import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useServerText } from "@/lib/use-server-text";
import { useMayChange } from "@/lib/use-session";
import { useHealth, type Health } from "./api/use-health";
import { isWell, withPartitionsAsOne } from "./queues";

/** Whether everything runs, and where something waits. */
export function SystemPage() {
  const { t } = useTranslation();
  const health = useHealth();
  return (
    <Page title={t("system.title")} text={t("system.text")}>
      {health.isPending && <Skeleton className="h-96 rounded-xl" />}
      {health.isError && <LoadFailed error={health.error} retry={() => void health.refetch()} />}
      {health.data && (
        <div className="grid grid-cols-1 gap-4">
          <Verdict health={health.data} />
          <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
            <Services health={health.data} />
            <Queues health={health.data} />
          </div>
        </div>
      )}
    </Page>
  );
}

function Verdict({ health }: { health: Health }) {
  const { t } = useTranslation();
  const well = isWell(health);
  const Icon = well ? CircleCheck : CircleAlert;
  return (
    <Card className="flex items-center gap-3 p-4 sm:px-5">
      <Icon className={well ? "size-6 shrink-0 text-accent" : "size-6 shrink-0 text-bad"} aria-hidden />
      <p role="status" className="font-medium">
        {t(well ? "system.well" : "system.unwell")}
      </p>
    </Card>
  );
}

function Services({ health }: { health: Health }) {
  const { t } = useTranslation();
  return (
    <Card>
      <CardHeader title={t("system.services")}>{t("system.servicesText")}</CardHeader>
      <Table label={t("system.services")} className="rounded-b-xl">
        <thead>
          <tr>
            <Th>{t("system.service")}</Th>
            <Th>{t("system.state")}</Th>
            <Th>{t("system.version")}</Th>
          </tr>
        </thead>
        <tbody>
          {health.services.map(({ name, version, reason }) => (
            <Line key={name} name={name} reason={reason} version={version ?? "–"} />
          ))}
          <Line name={t("system.broker")} reason={health.broker} version="" />
        </tbody>
      </Table>
    </Card>
  );
}

function Line({ name, reason, version }: { name: string; reason: string | null; version: string }) {
  const { t } = useTranslation();
  const told = useServerText();
  return (
    <Tr>
      <Td className="font-medium">{name}</Td>
      <Td>
        {reason === null ? <Badge tone="good">{t("system.ready")}</Badge> : <Badge tone="bad">{t("system.notReady")}</Badge>}
        {reason && <p className="mt-1 text-soft">{told(reason)}</p>}
      </Td>
      <Td className="text-soft tabular-nums">{version}</Td>
    </Tr>
  );
}

function Queues({ health }: { health: Health }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (
    <Card>
      <CardHeader title={t("system.queues")}>{t("system.queuesText")}</CardHeader>
      {health.queues.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("system.noQueues")}</p>}
      {health.queues.length > 0 && (
        <Table label={t("system.queues")} className="rounded-b-xl">
          <thead>
            <tr>
              <Th>{t("system.queue")}</Th>
              <Th className="text-right">{t("system.waiting")}</Th>
              <Th className="text-right">{t("system.deadLetters")}</Th>
            </tr>
          </thead>
          <tbody>
            {withPartitionsAsOne(health.queues).map(({ name, waiting, dead_letters }) => (
              <Tr key={name}>
                <Td className="font-mono text-xs">{name}</Td>
                <Td className="text-right tabular-nums">{number(waiting)}</Td>
                <Td className="text-right tabular-nums">
                  <Dead queue={name} count={dead_letters} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function Dead({ queue, count }: { queue: string; count: number }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const maySee = useMayChange();
  if (count === 0) return <span className="text-soft">0</span>;
  if (!maySee) return <Badge tone="bad">{number(count)}</Badge>;
  return (
    <Link
      to={queue.endsWith("*") ? "/dead-letters" : `/dead-letters?queue=${queue}`}
      className="inline-flex min-h-6 items-center font-medium text-bad underline"
      aria-label={t("system.lookAt", { count, queue })}
    >
      {number(count)}
    </Link>
  );
}
