import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { usageQuery, type UsageSeries, type UsageWanted } from "@/queries/use-usage";
import type { Layer } from "./drawing";
import type { Measure } from "./measure";
import { sharesOf } from "./shares";
import type { Choice } from "./use-choices";

/** More cannot be told apart in a bar. */
const MOST = 16;

const NONE: readonly Layer[] = [];

/** The layers of a stack by device; empty until all of them are there. */
export function useShares(parts: readonly Choice[], wanted: UsageWanted, direction: Schemas["Direction"], measure: Measure, places: number) {
  const { t } = useTranslation();
  const devices = parts.filter((part) => part.direction === direction).slice(0, MOST);
  const answers = useQueries({
    queries: devices.map(({ id }) => usageQuery({ ...wanted, device: id, site: null })),
    combine: (asked) => (asked.every(({ isSuccess }) => isSuccess) ? asked.map(({ data }) => data) : null),
  });
  return useMemo(() => {
    if (!answers || devices.length < 2) return NONE;
    const values = new Map(devices.map(({ id }, index) => [id, valuesOf(answers[index]?.series[0], measure)]));
    return sharesOf(devices, values, places, (name) => t("usage.restOf", { name }));
    // The devices are told by the answers.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [answers, measure, places, t]);
}

function valuesOf(series: UsageSeries | undefined, measure: Measure) {
  return series ? measure.valuesOf(series) : [];
}
