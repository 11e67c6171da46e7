import { useTranslation } from "react-i18next";

import type { Range } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import type { UsageSeries } from "@/queries/use-usage";
import type { Bar } from "./periods";

const UNIT = { day: "usage.hour", week: "usage.dayUnit", month: "usage.dayUnit", year: "usage.monthUnit" } as const;

interface FiguresProps {
  bars: readonly Bar[];
  series: UsageSeries;
  range: Range;
  limit: number | null;
}

export function Figures({ bars, series, range, limit }: FiguresProps) {
  const { t } = useTranslation();
  const { kwh, watts } = useFormat();
  const largest = largestOf(bars);
  const over = bars.filter(({ kind }) => kind === "over").length;
  const { peak_w } = series.total;
  return (
    <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2 px-4 sm:px-5">
      <Figure label={t("usage.total")} value={kwh(series.total.energy_kwh)} strong />
      {largest && <Figure label={t("usage.largest", { unit: t(UNIT[range]) })} value={kwh(largest.energy)} note={largest.title} />}
      {peak_w !== null && <Figure label={t("usage.peak")} value={watts(peak_w)} />}
      {limit !== null && <Figure label={t("usage.over")} value={String(over)} note={t("usage.limit", { value: kwh(limit) })} />}
    </dl>
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

export function largestOf(bars: readonly Bar[]): Bar | null {
  return bars.reduce<Bar | null>((best, bar) => ((bar.energy ?? -1) > (best?.energy ?? -1) ? bar : best), null);
}
