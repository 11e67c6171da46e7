import { api, data } from "@/api/client";
import type { AlertKind } from "@/lib/alerts";
import { useAct } from "@/lib/use-act";
import type { Rule } from "../amounts";

export function useSaveRule(device: number | null) {
  return useAct((rule: Rule) => saveRule(device, rule), ["rules"]);
}

/** Of a device, or (null) of all that have none of their own. */
export function saveRule(device: number | null, rule: Rule) {
  if (device === null) return data(api.PUT("/api/alert-rules", { body: rule }));
  return data(api.PUT("/api/alert-rules/devices/{device_id}", { params: { path: { device_id: device } }, body: rule }));
}

/** What holds for all holds again, or what Kilowatch comes with. */
export function useResetRule(device: number | null) {
  return useAct(
    (kind: AlertKind) =>
      device === null
        ? data(api.DELETE("/api/alert-rules/{kind}", { params: { path: { kind } } }))
        : data(api.DELETE("/api/alert-rules/devices/{device_id}/{kind}", { params: { path: { device_id: device, kind } } })),
    ["rules"],
  );
}
