import { Minus, TrendingDown, TrendingUp } from "lucide-react";
import { useTranslation } from "react-i18next";

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
}

export function Figures({ drawing, measure, series, grain, comparison }: FiguresProps) {
  const { t } = useTranslation();
  const { kwh, watts, number } = useFormat();
  const { bars, limit, compared } = drawing;
  const largest = largestOf(bars);
  const over = bars.filter(({ kind }) => kind === "over").length;
  const { peak_w } = series.total;
  return (
    <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2 px-4 sm:px-5">
      <Figure label={t("usage.total")} value={measure.write(measure.totalOf(series))} strong />
      {compared && comparison !== "none" && <Compared drawing={drawing} measure={measure} comparison={comparison} />}
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
    <div>
      <dt className="text-xs text-soft">{t(`usage.against.${comparison}`)}</dt>
      <dd className="flex items-center gap-1.5 text-lg leading-7 tabular-nums">
        <Icon className="size-4 text-soft" aria-hidden />
        {change === null ? "–" : percent(change)}
        {sums && <span className="text-xs text-soft">{t("usage.insteadOf", { now: measure.write(sums.now), then: measure.write(sums.then) })}</span>}
      </dd>
    </div>
  );
}

function Figure({ label, value, note, strong }: { label: string; value: string; note?: string; strong?: boolean }) {
  return (
    <div>
      <dt className="text-xs text-soft">{label}</dt>
      <dd className={strong ? "text-lg leading-7 font-semibold tabular-nums" : "text-lg leading-7 tabular-nums"}>
        {value}
        {note && <span className="ml-2 text-xs text-soft">{note}</span>}
      </dd>
    </div>
  );
}
