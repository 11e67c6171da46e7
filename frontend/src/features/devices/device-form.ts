import { browserZone } from "@/components/zone-options";
import { decimalOf } from "@/lib/decimal";
import { z } from "@/lib/form";
import type { Formatting } from "@/lib/format";
import { instantOf } from "@/lib/wall-clock";
import type { Device } from "@/queries/use-devices";

const isPositive = (text: string) => decimalOf(text) > 0;
const positive = z.string().check(z.refine(isPositive));
const positiveOrEmpty = z.string().check(z.refine((text) => text === "" || isPositive(text)));

/** In the units that people read off a meter: hours, kW. */
export const schema = z
  .object({
    name: z.string().check(z.trim(), z.minLength(1)),
    kind: z.enum(["interval", "counter", "power"]),
    direction: z.enum(["consumption", "production", "export"]),
    time_zone: z.string(),
    site: z.string(),
    parent: z.string(),
    intervalS: positive,
    gapHours: positiveOrEmpty,
    powerKw: positive,
    modulus: positiveOrEmpty,
    since: z.string(),
    limit: positiveOrEmpty,
    serial: z.string(),
    location: z.string(),
    description: z.string(),
    active: z.boolean(),
  })
  .check(z.refine(({ gapHours, intervalS }) => gapHours === "" || gapS(gapHours) >= decimalOf(intervalS), { path: ["gapHours"] }));

export type Values = z.infer<typeof schema>;

export function valuesOf(device: Device | null, typed: Formatting["typed"]): Values {
  return {
    name: device?.name ?? "",
    kind: device?.kind ?? "interval",
    direction: device?.direction ?? "consumption",
    time_zone: device?.time_zone ?? browserZone(),
    site: String(device?.site?.id ?? ""),
    parent: String(device?.parent?.id ?? ""),
    intervalS: typed(device?.interval_s ?? 900),
    gapHours: device ? typed(device.max_gap_s / HOUR_S) : "",
    powerKw: typed((device?.max_power_w ?? 100_000) / W_PER_KW),
    modulus: typed(device?.modulus_kwh),
    since: "",
    limit: typed(device?.hourly_limit_kwh),
    serial: device?.serial_number ?? "",
    location: device?.location ?? "",
    description: device?.description ?? "",
    active: device?.active ?? true,
  };
}

/** What is left empty the server chooses, or leaves as it is. */
export function bodyOf({ site, parent, intervalS, gapHours, powerKw, modulus, since, limit, serial, ...rest }: Values) {
  return {
    ...rest,
    site_id: Number(site) || null,
    parent_id: Number(parent) || null,
    interval_s: decimalOf(intervalS),
    max_gap_s: gapHours === "" ? null : gapS(gapHours),
    max_power_w: Number((decimalOf(powerKw) * W_PER_KW).toPrecision(12)),
    modulus_kwh: rest.kind === "counter" && modulus !== "" ? decimalOf(modulus) : null,
    hourly_limit_kwh: decimalOf(limit) || null,
    serial_number: serial || null,
    ...(since && { valid_from: instantOf(since, rest.time_zone).toISOString() }),
  };
}

const HOUR_S = 3600;
const W_PER_KW = 1000;

function gapS(hours: string): number {
  return Math.round(decimalOf(hours) * HOUR_S);
}
