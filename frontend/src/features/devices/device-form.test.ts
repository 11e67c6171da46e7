import { expect, test } from "vitest";

import { formatting } from "@/lib/format";
import type { Device } from "@/queries/use-devices";
import { bodyOf, schema, valuesOf } from "./device-form";

const COUNTER = {
  name: "Mains",
  kind: "counter",
  direction: "consumption",
  time_zone: "Europe/Bucharest",
  interval_s: 60,
  max_gap_s: 100,
  max_power_w: 33_333.3,
  modulus_kwh: 10_000,
} as Device;
const { typed } = formatting("en-GB");

test("a device that is saved as it is stays as it is", () => {
  expect(bodyOf(valuesOf(COUNTER, typed))).toMatchObject({ interval_s: 60, max_gap_s: 100, max_power_w: 33_333.3, modulus_kwh: 10_000 });
});

test("in Romanian the numbers have a comma, and are the same numbers", () => {
  const values = valuesOf(COUNTER, formatting("ro").typed);
  expect(values.powerKw).toBe("33,3333");
  expect(bodyOf(values)).toEqual(bodyOf(valuesOf(COUNTER, typed)));
});

test("of a new device the server chooses the longest gap", () => {
  expect(bodyOf({ ...valuesOf(null, typed), name: "New" })).toMatchObject({ max_gap_s: null, max_power_w: 100_000, modulus_kwh: null });
});

test("only a register rolls over", () => {
  expect(bodyOf({ ...valuesOf(COUNTER, typed), kind: "power" }).modulus_kwh).toBeNull();
});

test("what a change holds from is told by the clocks of the device", () => {
  expect(bodyOf({ ...valuesOf(COUNTER, typed), since: "2026-07-15T12:00" }).valid_from).toBe("2026-07-15T09:00:00.000Z");
  expect(bodyOf(valuesOf(COUNTER, typed))).not.toHaveProperty("valid_from");
});

test("a gap is not shorter than the time between readings, and a comma is a point", () => {
  const values = { ...valuesOf(COUNTER, typed), intervalS: "3600" };
  expect(schema.safeParse({ ...values, gapHours: "0,5" }).success).toBe(false);
  expect(schema.safeParse({ ...values, gapHours: "1,5" }).success).toBe(true);
});
