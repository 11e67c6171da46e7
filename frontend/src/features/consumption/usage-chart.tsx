import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type uPlot from "uplot";

import type { Drawing } from "./drawing";
import { Legend } from "./legend";
import type { Measure } from "./measure";
import { largestOf } from "./periods";
import { Tip } from "./tip";
import { usePlot } from "./use-plot";

interface UsageChartProps {
  drawing: Drawing;
  measure: Measure;
  name: string;
  title: string;
}

/** Drawn for the eye; the summary, the arrow keys and the table tell the same to everybody else. */
export default function UsageChart({ drawing, measure, name, title }: UsageChartProps) {
  const { t } = useTranslation();
  const holder = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const plot = usePlot(holder, drawing, setAt);
  const { bars } = drawing;
  const bar = at === null ? undefined : bars[at];
  return (
    <figure className="px-2 pt-4 pb-4 sm:px-4">
      <div
        role="img"
        aria-label={`${useSummary(drawing, measure, name, title)} ${t("usage.chartHint")}`}
        tabIndex={0}
        onKeyDown={(event) => moveCursor(event, plot.current, at, bars.length)}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
        className="relative rounded-lg"
      >
        <span aria-hidden className="absolute -top-2 left-1 text-xs text-soft">
          {measure.unit}
        </span>
        <div ref={holder} className="h-80" />
        {bar && at !== null && <Tip drawing={drawing} measure={measure} at={at} />}
      </div>
      <p className="sr-only" aria-live="polite">
        {bar && `${bar.title}: ${bar.value === null ? t("usage.noEnergy") : measure.write(bar.value)}${bar.kind === "over" ? `, ${t("usage.legendOver")}` : ""}`}
      </p>
      <Legend drawing={drawing} />
    </figure>
  );
}

/** The chart in a sentence. */
function useSummary({ bars }: Drawing, measure: Measure, name: string, title: string): string {
  const { t } = useTranslation();
  const largest = largestOf(bars);
  return t("usage.summary", {
    name,
    period: title,
    total: measure.write(bars.reduce((sum, { value }) => sum + (value ?? 0), 0)),
    count: bars.length,
    largest: measure.write(largest?.value),
    at: largest?.title ?? "",
  });
}

function moveCursor(event: KeyboardEvent, plot: uPlot | null, at: number | null, count: number) {
  const page = Math.max(1, Math.round(count / 10));
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -page, PageDown: page, Home: -count, End: count };
  const step = steps[event.key];
  if (step === undefined || !plot) return;
  event.preventDefault();
  const next = Math.min(count - 1, Math.max(0, at === null ? (step < 0 ? count - 1 : 0) : at + step));
  plot.setCursor({ left: plot.valToPos(next, "x"), top: plot.bbox.height / devicePixelRatio / 2 });
}
