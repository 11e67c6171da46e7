import { Minus, TrendingDown, TrendingUp } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import type { UsageSeries } from "@/queries/use-usage";
import type { Comparison, Grain } from "./calendar";
import type { Drawing } from "./drawing";
import type { Measure } from "./measure";
import { comparedSums, largestOf } from "./periods";

interface FiguresProps {
  drawing: Drawing;
  measure: Measure;
  series: UsageSeries;
  grain: Grain;
  comparison: Comparison;
  isAwaiting: boolean;
}

export function Figures({ drawing, measure, series, grain, comparison, isAwaiting }: FiguresProps) {
  const { t } = useTranslation();
  const { kwh, watts, number } = useFormat();
  const { bars, limit, compared } = drawing;
  const largest = largestOf(bars);
  const over = bars.filter(({ kind }) => kind === "over").length;
  const { peak_w } = series.total;
  return (
    <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 px-4 sm:flex sm:flex-wrap sm:gap-x-8 sm:px-5">
      <Figure label={t("usage.total")} value={measure.write(measure.totalOf(series))} strong />
      {(compared || isAwaiting) && comparison !== "none" && <Compared drawing={drawing} measure={measure} comparison={comparison} />}
      {largest && (
        <Figure label={t("usage.largest", { unit: t(`usage.unit.${grain}`) })} value={measure.write(largest.value)} note={largest.title} />
      )}
      {peak_w !== null && <Figure label={t("usage.peak")} value={watts(peak_w)} />}
      {limit !== null && <Figure label={t("usage.over")} value={number(over)} note={t("usage.limit", { value: kwh(limit) })} />}
    </dl>
  );
}

function Compared({ drawing, measure, comparison }: { drawing: Drawing; measure: Measure; comparison: Exclude<Comparison, "none"> }) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const sums = drawing.compared && comparedSums(drawing.bars, drawing.compared);
  const change = sums && sums.then > 0 ? sums.now / sums.then - 1 : null;
  const Icon = change === null || Math.abs(change) < 0.005 ? Minus : change > 0 ? TrendingUp : TrendingDown;
  return (
    <div className="sm:min-w-60">
      <dt className="text-xs text-soft">{t(`usage.against.${comparison}`)}</dt>
      {drawing.compared ? (
        <dd className="text-lg leading-7 tabular-nums">
          <Icon className="mr-1.5 mb-0.5 inline size-4 text-soft" aria-hidden />
          {change === null ? "–" : percent(change)}
          {sums && <Note>{t("usage.insteadOf", { now: measure.write(sums.now), then: measure.write(sums.then) })}</Note>}
        </dd>
      ) : (
        <dd className="h-11 sm:h-7">
          <Skeleton className="my-1 h-5 w-32" />
        </dd>
      )}
    </div>
  );
}

function Figure({ label, value, note, strong }: { label: string; value: string; note?: string; strong?: boolean }) {
  return (
    <div>
      <dt className="text-xs text-soft">{label}</dt>
      <dd className={strong ? "text-lg leading-7 font-semibold tabular-nums" : "text-lg leading-7 tabular-nums"}>
        {value}
        {note && <Note>{note}</Note>}
      </dd>
    </div>
  );
}

/** Beside the value; on a phone, where two figures share a line, below it. */
function Note({ children }: { children: string }) {
  return <span className="block text-xs text-soft sm:ml-2 sm:inline">{children}</span>;
}
