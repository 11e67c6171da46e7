import { useTranslation } from "react-i18next";

import { useFormat } from "@/lib/use-format";
import type { Drawing } from "./drawing";
import type { Measure } from "./measure";
import { useQualityText } from "./quality-text";

/** What there is to know about the bar under the cursor. */
export function Tip({ drawing, measure, at }: { drawing: Drawing; measure: Measure; at: number }) {
  const { t } = useTranslation();
  const { kwh, watts } = useFormat();
  const { bars, layers, compared, limit } = drawing;
  const bar = bars[at]!;
  const notes = useQualityText()(bar.period);
  const before = compared?.[at] ?? null;
  const left = (at + 0.5) / bars.length;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-1 z-10 w-max max-w-64 rounded-lg border bg-card px-3 py-2 text-sm shadow-lg"
      style={left < 0.5 ? { left: `calc(${left * 100}% + 3.5rem)` } : { right: `calc(${(1 - left) * 100}% + 1.5rem)` }}
    >
      <p className="text-xs text-soft">{bar.title}</p>
      <p className="font-semibold tabular-nums">{bar.value === null ? t("usage.noEnergy") : measure.write(bar.value)}</p>
      {before !== null && <p className="text-xs text-soft tabular-nums">{t("usage.before", { value: measure.write(before) })}</p>}
      {layers.length > 0 && <Shares drawing={drawing} measure={measure} at={at} />}
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

/** Top to bottom, as they are stacked. */
function Shares({ drawing, measure, at }: { drawing: Drawing; measure: Measure; at: number }) {
  return (
    <ul className="my-1 border-y py-1 text-xs">
      {[...drawing.layers].reverse().map(({ name, colour, values }) => (
        <li key={name} className="flex items-center gap-1.5">
          <span className="size-2 rounded-[2px]" style={{ background: `var(${colour})` }} />
          <span className="truncate text-soft">{name}</span>
          <span className="ml-auto pl-3 tabular-nums">{measure.write(values[at])}</span>
        </li>
      ))}
    </ul>
  );
}
