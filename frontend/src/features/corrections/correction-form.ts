import { decimalOf } from "@/lib/decimal";
import { z } from "@/lib/form";
import { instantOf } from "@/lib/wall-clock";
import type { Correction } from "./api/use-correct";

export const KINDS = ["estimate", "exclude", "replace"] as const;
export const METHODS = ["linear", "profile"] as const;

/** `2026-11-23 16:05 1.25`: a time on the clocks of the device, and what the meter said. */
const READING = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})[\s;,]+(-?\d+(?:[.,]\d+)?)$/;

const linesOf = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);

export const schema = z
  .object({
    kind: z.enum(KINDS),
    method: z.enum(METHODS),
    since: z.string().check(z.minLength(1)),
    until: z.string().check(z.minLength(1)),
    readings: z.string(),
    reason: z.string().check(z.trim(), z.minLength(3)),
  })
  .check(
    z.refine(({ since, until }) => since === "" || until > since, { path: ["until"] }),
    z.refine(({ kind, readings }) => kind !== "replace" || areReadings(readings), { path: ["readings"] }),
  );

export type Values = z.infer<typeof schema>;

export const BLANK: Values = { kind: "estimate", method: "linear", since: "", until: "", readings: "", reason: "" };

function areReadings(text: string) {
  const lines = linesOf(text);
  return lines.length > 0 && lines.every((line) => READING.test(line));
}

/** Times are meant by the clocks of the device, wherever the browser is. */
export function bodyOf({ kind, method, since, until, readings, reason }: Values, device: { id: number; time_zone: string }): Correction {
  const time = (shown: string) => instantOf(shown, device.time_zone).toISOString();
  const shared = { device_id: device.id, reason, from: time(since), to: time(until) };
  if (kind === "estimate") return { ...shared, kind, method };
  if (kind === "exclude") return { ...shared, kind };
  const values = linesOf(readings).flatMap((line) => {
    const [, shown, value] = READING.exec(line) ?? [];
    return shown ? [{ time: time(shown), value: decimalOf(value!) }] : [];
  });
  return { ...shared, kind, readings: values };
}
