import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import type { Rule } from "../amounts";

const DAYS = 30;

export interface Trial {
  device: number;
  rule: Rule;
  /** Another limit than the device has. */
  limitKwh: number | null;
}

/** How often a rule would have fired, and when. */
export function usePreview(trial: Trial | null) {
  return useQuery({
    queryKey: ["rule-preview", trial],
    queryFn: () => ask(trial!),
    enabled: trial !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

function ask({ device, rule, limitKwh }: Trial) {
  return data(
    api.POST("/api/alert-rules/devices/{device_id}/preview", {
      params: { path: { device_id: device } },
      body: { rule, days: DAYS, hourly_limit_kwh: limitKwh },
    }),
  );
}
