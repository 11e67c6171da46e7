import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Card, CardHeader } from "@/components/ui/card";
import { useFormat } from "@/lib/use-format";
import { useBacklog } from "./api/use-backlog";
import { useTally } from "./api/use-tally";
import { RateBars } from "./rate-bars";
import { useIngest } from "./use-ingest";
import { useRate } from "./use-rate";

/** Readings: how fast they come, what became of them, what waits. */
export function Flow() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const tally = useTally().data;
  const waiting = useBacklog().data;
  return (
    <Card className="pb-2">
      <CardHeader title={t("admin.flow")} />
      <div className="border-t px-4 py-3 sm:px-5">
        <p className="text-sm text-soft">{t("admin.rate")}</p>
        <Rate />
      </div>
      <dl className="text-sm tabular-nums">
        <Count label={t("admin.accepted")} value={tally && number(tally.accepted)} />
        <Count label={t("admin.duplicate")} value={tally && number(tally.duplicate)} />
        <Count label={<Link to="/rejected" className="underline underline-offset-4">{t("admin.rejected")}</Link>} value={tally && number(tally.rejected)} />
        <Count label={t("admin.lag")} value={waiting && (waiting.batches === null ? t("admin.lagUnknown") : number(waiting.batches))} />
        <Count label={t("admin.inFlight")} value={waiting && number(waiting.readings)} />
      </dl>
      {waiting && waiting.parked > 0 && (
        <p role="status" className="mx-4 my-2 rounded-lg bg-warn-wash px-3 py-2 text-sm text-warn sm:mx-5">
          {t("admin.parked", { count: waiting.parked })}
        </p>
      )}
    </Card>
  );
}

/** By the socket, every second; where there is none, from the counts. */
function Rate() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const ingest = useIngest();
  const counted = useRate(useTally().data);
  const perSecond = ingest?.mean ?? counted?.perSecond;
  const seconds = ingest?.perSecond.length ?? counted?.seconds;
  return (
    <>
      <p className="text-[1.625rem] leading-9 font-semibold tracking-tight tabular-nums">{perSecond === undefined ? "–" : number(perSecond, 1)}</p>
      <p className="text-xs text-soft">{seconds === undefined ? t("admin.measuring") : t("admin.rateHint", { seconds })}</p>
      <RateBars label={t("admin.rateBars")} perSecond={ingest?.perSecond ?? []} />
    </>
  );
}

function Count({ label, value }: { label: ReactNode; value: string | undefined }) {
  return (
    <div className="flex justify-between gap-3 border-t px-4 py-2 sm:px-5">
      <dt className="text-soft">{label}</dt>
      <dd className="font-medium">{value ?? "–"}</dd>
    </div>
  );
}
