import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Alert } from "@/queries/use-alerts";

const HOUR_MS = 3_600_000;

/** For so many hours nobody is told of it, nor of another of the same device and rule. */
export function useSnooze({ id, version }: Alert) {
  return useAct((hours: number) => {
    const until = new Date(Date.now() + hours * HOUR_MS).toISOString();
    return data(api.POST("/api/alerts/{alert_id}/snooze", { params: { path: { alert_id: id } }, body: { until, version } }));
  }, ["alerts"]);
}

export function useEnd({ id, version }: Alert) {
  return useAct(() => data(api.POST("/api/alerts/{alert_id}/clear", { params: { path: { alert_id: id } }, body: { version } })), ["alerts"]);
}
