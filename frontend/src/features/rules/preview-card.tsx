import { History } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Skeleton } from "@/components/ui/skeleton";
import { clockOf, dateOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import { useProblemText } from "@/lib/use-problem-text";
import { usePreview, type Trial } from "./api/use-preview";

const HOUR_MS = 3_600_000;
const DAY_H = 24;

/** What a rule would have done lately. null: there is nothing yet to try. */
export function PreviewCard({ trial, children }: { trial: Trial | null; children: ReactNode }) {
  const { t } = useTranslation();
  const preview = usePreview(trial);
  const problem = useProblemText();
  return (
    <section aria-label={t("rules.preview")} className="grid gap-3 rounded-lg border bg-sunken/60 p-3">
      <h3 className="flex items-center gap-2 text-sm font-medium">
        <History className="size-4 text-soft" aria-hidden />
        {t("rules.preview")}
      </h3>
      {children}
      <div role="status" className="text-sm">
        {trial === null && <p className="text-soft">{t("rules.nothingToTry")}</p>}
        {trial && preview.isPending && <Skeleton className="h-5 w-2/3" />}
        {trial && preview.isError && <p className="text-bad">{problem(preview.error)}</p>}
        {trial && preview.data && <Count preview={preview.data} />}
      </div>
      {trial && preview.data && preview.data.firings.length > 0 && <Times firings={preview.data.firings} />}
    </section>
  );
}

function Count({ preview: { count, held, start, end } }: { preview: Schemas["Preview"] }) {
  const { t } = useTranslation();
  const hours = (Date.parse(end) - Date.parse(start)) / HOUR_MS;
  const time =
    hours < DAY_H
      ? t("rules.lastHours", { count: Math.max(1, Math.round(hours)) })
      : t("rules.lastDays", { count: Math.round(hours / DAY_H) });
  return (
    <>
      <p className="font-semibold">{t("rules.fired", { count, time })}</p>
      {held > 0 && <p className="text-soft">{t("rules.held", { count: held })}</p>}
    </>
  );
}

/** When people would have been told, by the clocks of the device, the newest first. */
function Times({ firings }: { firings: readonly Schemas["Firing"][] }) {
  const { t } = useTranslation();
  const { date, kwh, watts } = useFormat();
  return (
    <ul className="max-h-40 overflow-y-auto rounded-md border bg-card text-sm" tabIndex={0} aria-label={t("rules.times")}>
      {firings.map(({ told_at, energy_kwh, power_w }, number) => (
        <li key={number} className="flex justify-between gap-4 border-b px-3 py-1.5 tabular-nums last:border-0">
          <time dateTime={told_at}>
            {date(dateOf(told_at), "short")}, {clockOf(told_at)}
          </time>
          <span className="text-soft">{power_w !== null ? watts(power_w) : energy_kwh !== null && kwh(energy_kwh)}</span>
        </li>
      ))}
    </ul>
  );
}
