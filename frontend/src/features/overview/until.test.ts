import { expect, test } from "vitest";

import type { UsagePeriod } from "@/queries/use-usage";
import { kwhUntil } from "./until";

const slot = (clock: string, energy_kwh: number | null) => ({ start: `2026-11-15T${clock}:00+02:00`, energy_kwh }) as UsagePeriod;
const morning = [slot("00:00", 3), slot("00:15", 0.25), slot("00:30", null), slot("12:00", 0.3)];

test("yesterday until this time ends at the minute, in the middle of a slot", () => {
  expect(kwhUntil("12:05", morning)).toBeCloseTo(3.35);
});

test("what was asked for beyond that minute does not count", () => {
  expect(kwhUntil("12:00", morning)).toBeCloseTo(3.25);
  expect(kwhUntil("00:00", morning)).toBe(0);
});
