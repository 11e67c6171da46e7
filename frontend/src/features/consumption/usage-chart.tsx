import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type uPlot from "uplot";

import type { Schemas } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { largestOf } from "./figures";
import type { Bar } from "./periods";
import { useQualityText } from "./quality-text";
import { Legend } from "./legend";
import { usePlot } from "./use-plot";

interface UsageChartProps {
  bars: readonly Bar[];
  limit: number | null;
  shape: "bars" | "line";
  direction: Schemas["Direction"];
  name: string;
  title: string;
}

/** Drawn for the eye; the summary, the arrow keys and the table tell the same to everybody else. */
export default function UsageChart({ bars, limit, shape, direction, name, title }: UsageChartProps) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const holder = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const plot = usePlot(holder, { bars, limit, shape, direction }, setAt);
  const largest = largestOf(bars);
  const total = bars.reduce((sum, { energy }) => sum + (energy ?? 0), 0);
  const summary = t("usage.summary", {
    name,
    period: title,
    total: kwh(total),
    count: bars.length,
    largest: kwh(largest?.energy),
    at: largest?.title ?? "",
  });
  return (
    <figure className="px-2 pt-4 pb-4 sm:px-4">
      <div
        role="img"
        aria-label={`${summary} ${t("usage.chartHint")}`}
        tabIndex={0}
        onKeyDown={(event) => moveCursor(event, plot.current, at, bars.length)}
        className="relative rounded-lg"
      >
        <div ref={holder} className="h-80" />
        {at !== null && bars[at] && <Tip bar={bars[at]} left={(at + 0.5) / bars.length} limit={limit} />}
      </div>
      <p className="sr-only" aria-live="polite">
        {at !== null && bars[at] && `${bars[at].title}: ${kwh(bars[at].energy)}`}
      </p>
      <Legend bars={bars} limit={limit} direction={direction} />
    </figure>
  );
}

function moveCursor(event: KeyboardEvent, plot: uPlot | null, at: number | null, count: number) {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count };
  const step = steps[event.key];
  if (step === undefined || !plot) return;
  event.preventDefault();
  const next = Math.min(count - 1, Math.max(0, at === null ? (step < 0 ? count - 1 : 0) : at + step));
  plot.setCursor({ left: plot.valToPos(next, "x"), top: plot.bbox.height / devicePixelRatio / 2 });
}

function Tip({ bar, left, limit }: { bar: Bar; left: number; limit: number | null }) {
  const { t } = useTranslation();
  const { kwh, watts } = useFormat();
  const notes = useQualityText()(bar.period);
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-1 z-10 w-max max-w-60 rounded-lg border bg-card px-3 py-2 text-sm shadow-lg"
      style={left < 0.5 ? { left: `calc(${left * 100}% + 3.5rem)` } : { right: `calc(${(1 - left) * 100}% + 1.5rem)` }}
    >
      <p className="text-xs text-soft">{bar.title}</p>
      <p className="font-semibold tabular-nums">{bar.energy === null ? t("usage.noEnergy") : kwh(bar.energy)}</p>
      {bar.period.peak_w !== null && (
        <p className="text-xs text-soft tabular-nums">
          {t("usage.peakPower")} {watts(bar.period.peak_w)}
        </p>
      )}
      {bar.kind === "over" && limit !== null && (
        <p className="text-xs font-medium text-warn">
          {t("usage.legendOver")} ({kwh(limit)})
        </p>
      )}
      {notes.length > 0 && <p className="text-xs text-soft">{notes.join(", ")}</p>}
    </div>
  );
}
