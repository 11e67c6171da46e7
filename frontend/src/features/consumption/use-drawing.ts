import { useMemo } from "react";

import { useLocale } from "@/lib/use-format";
import { useUsage, type UsageSeries } from "@/queries/use-usage";
import { comparedSpan, type Calendar, type Grain } from "./calendar";
import type { Drawing, Layer } from "./drawing";
import { useMeasure } from "./measure";
import { aligned, barsOf } from "./periods";
import type { Target } from "./target";
import { useShares } from "./use-shares";
import type { View } from "./use-view";

const UNDIVIDED: readonly Layer[] = [];

/**
 * Puts together what the chart and the table show. It is the same object as long as nothing in it has changed.
 * `isAwaiting`: what it is to be laid beside is still on its way.
 */
export function useDrawing(view: View, calendar: Calendar, target: Target, series: UsageSeries, grain: Grain) {
  const language = useLocale();
  const measure = useMeasure(view.measure, series.bill?.currency);
  const { direction, periods } = series;
  const { shape } = view;
  const { days } = calendar;
  const limit = grain === "hour" && direction === "consumption" ? (target.device?.limit ?? null) : null;
  const { before, isAwaiting } = useCompared(view, calendar, direction, grain);
  const parts = view.split ? target.parts : [];
  const wanted = { device: null, from: calendar.from, to: calendar.to, by: grain, cost: true };
  const shares = useShares(parts, wanted, direction, measure, periods.length);
  const layers = view.split ? shares : UNDIVIDED;

  const drawing = useMemo((): Drawing => {
    const naming = { grain, language, days };
    const bars = barsOf(series.periods, naming, limit, measure.valuesOf(series));
    const compared = before ? aligned(bars, barsOf(before.periods, naming, null, measure.valuesOf(before)), naming) : null;
    return { bars, layers, compared, limit, shape, direction };
  }, [series, before, layers, grain, language, days, limit, shape, direction, measure]);

  return { drawing, measure, isAwaiting };
}

/** The series to lay beside the one that is shown; null while there is none. */
function useCompared(view: View, calendar: Calendar, direction: UsageSeries["direction"], grain: Grain) {
  const span = comparedSpan(calendar, view.compare);
  const usage = useUsage({ device: view.device, site: view.site, by: grain, cost: true, ...(span ?? {}) }, span !== null);
  const isAwaiting = span !== null && (usage.isPending || usage.isPlaceholderData);
  const before = span && !isAwaiting ? usage.data?.series.find((each) => each.direction === direction) : null;
  return { before: before ?? null, isAwaiting };
}
