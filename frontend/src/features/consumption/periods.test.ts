import { describe, expect, test } from "vitest";

import type { UsagePeriod } from "@/queries/use-usage";
import { aligned, barsOf, comparedSums, type Naming } from "./periods";
import { sharesOf } from "./shares";
import type { Choice } from "./use-choices";

function period(start: string, energy_kwh: number | null, more: Partial<UsagePeriod> = {}): UsagePeriod {
  return { start, end: start, energy_kwh, peak_w: null, readings: 4, coverage: 1, quality: [], revision: 0, complete: true, ...more };
}

const HOURS: Naming = { grain: "hour", language: "en-GB", days: 1 };
const AUTUMN = ["02:00:00+03:00", "03:00:00+03:00", "03:00:00+02:00", "04:00:00+02:00"].map((time) => `2026-10-25T${time}`);

describe("bars", () => {
  test("the hour that comes twice has its offset in its name, the others have none", () => {
    const titles = barsOf(AUTUMN.map((start) => period(start, 1)), HOURS, null).map(({ title }) => title);
    expect(titles[1]).toContain("(UTC+03:00)");
    expect(titles[2]).toContain("(UTC+02:00)");
    expect(titles[0]).not.toContain("UTC");
  });

  test("a gap is what has ended without a reading; what goes on may still bring one", () => {
    const [ended, going] = barsOf([period(AUTUMN[0]!, null), period(AUTUMN[1]!, null, { complete: false })], HOURS, null);
    expect([ended!.kind, going!.kind]).toEqual(["gap", "measured"]);
  });

  test("the limit itself is not beyond the limit", () => {
    const kinds = barsOf([period(AUTUMN[0]!, 2), period(AUTUMN[1]!, 2.001)], HOURS, 2).map(({ kind }) => kind);
    expect(kinds).toEqual(["measured", "over"]);
  });

  test("late data leave a mark", () => {
    expect(barsOf([period(AUTUMN[0]!, 2, { revision: 1 })], HOURS, null)[0]!.mark).toBe("revised");
  });
});

test("hours are laid beside hours of the same clock, on days of any length", () => {
  const dayBefore = ["02:00", "03:00", "04:00"].map((clock, index) => period(`2026-10-24T${clock}:00+03:00`, 10 + index));
  const bars = barsOf(AUTUMN.map((start) => period(start, 1)), HOURS, null);
  expect(aligned(bars, barsOf(dayBefore, HOURS, null), HOURS)).toEqual([10, 11, 11, 12]);
});

test("half a day is compared with half a day", () => {
  const bars = barsOf([period(AUTUMN[0]!, 1), period(AUTUMN[1]!, 2, { complete: false }), period(AUTUMN[3]!, null)], HOURS, null);
  expect(comparedSums(bars, [3, 3, 3])).toEqual({ now: 1, then: 3 });
  expect(comparedSums(bars, [null, null, null])).toBeNull();
});

test("the month in which a meter began is not compared with a whole one", () => {
  const bars = barsOf([1, 2, 3].map((value, hour) => period(AUTUMN[hour]!, value)), HOURS, null);
  expect(comparedSums(bars, [null, 0.1, 4])).toEqual({ now: 3, then: 4 });
  expect(comparedSums(bars, [null, null, 0.1])).toBeNull();
  expect(comparedSums(bars, [2, 2, 2])).toEqual({ now: 6, then: 6 });
});

test("what a main meter counts is not told twice in a stack", () => {
  const device = (id: number, parent: number | null) => ({ id, name: `d${id}`, parent }) as Choice;
  const values = new Map([
    [1, [10, 5, null]],
    [2, [4, 6, 1]],
  ]);
  const [rest, pump] = sharesOf([device(1, null), device(2, 1)], values, 3, (name) => `${name}, the rest`);
  expect(rest).toMatchObject({ name: "d1, the rest", values: [6, 0, null] });
  expect(pump).toMatchObject({ name: "d2", values: [4, 6, 1] });
});
