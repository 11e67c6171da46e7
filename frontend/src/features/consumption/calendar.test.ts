import { describe, expect, test } from "vitest";

import { calendarOf, comparedSpan, grainsOf, type Wanted } from "./calendar";

const BUCHAREST = "Europe/Bucharest";
const NOW = new Date("2026-11-23T22:30:00Z"); // the 24th, 00:30, in Bucharest

function wanted(given: Partial<Wanted>): Wanted {
  return { range: "day", date: null, hour: null, from: null, to: null, ...given };
}

describe("the calendar of what is looked at", () => {
  test("now is the day of the device", () => {
    expect(calendarOf(wanted({}), BUCHAREST, NOW)).toMatchObject({ from: "2026-11-24", to: "2026-11-25", isNow: true, days: 1 });
  });

  test("an hour begins where the clocks of the zone say so, also at half past", () => {
    expect(calendarOf(wanted({ range: "hour" }), BUCHAREST, NOW).from).toBe("2026-11-23T22:00:00Z");
    expect(calendarOf(wanted({ range: "hour" }), "Australia/Adelaide", NOW).from).toBe("2026-11-23T22:30:00Z");
  });

  test("the hour after the one that comes twice is its twin", () => {
    const first = calendarOf(wanted({ range: "hour", hour: "2026-10-25T00:00:00Z" }), BUCHAREST, NOW);
    expect(first.next).toEqual({ hour: "2026-10-25T01:00:00Z" });
    expect(first.date).toBe("2026-10-25");
  });

  test("a custom time moves by its own length and is never the wrong way round", () => {
    const ten = calendarOf(wanted({ range: "custom", from: "2026-11-01", to: "2026-11-10" }), BUCHAREST, NOW);
    expect(ten).toMatchObject({ from: "2026-11-01", to: "2026-11-11", days: 10, next: { from: "2026-11-11", to: "2026-11-20" } });
    expect(calendarOf(wanted({ range: "custom", from: "2026-12-01", to: "2026-11-10" }), BUCHAREST, NOW).from).toBe("2026-11-04");
  });
});

describe("what is laid beside it", () => {
  const compared = (given: Partial<Wanted>, comparison: "previous" | "year") =>
    comparedSpan(calendarOf(wanted(given), BUCHAREST, NOW), comparison);

  test("the month before, and the same month of the year before", () => {
    const march = { range: "month", date: "2026-03-31" } as const;
    expect(compared(march, "previous")).toEqual({ from: "2026-02-01", to: "2026-03-01" });
    expect(compared(march, "year")).toEqual({ from: "2025-03-01", to: "2025-04-01" });
  });

  test("a week of a year before begins on a Monday too", () => {
    expect(compared({ range: "week", date: "2026-11-23" }, "year")).toEqual({ from: "2025-11-24", to: "2025-12-01" });
  });

  test("the hour of a year before has the same clock, whatever the season did to it", () => {
    const afterTheChange = { range: "hour", hour: "2026-03-29T12:00:00Z" } as const; // 15:00, summer already
    expect(compared(afterTheChange, "year")?.from).toBe("2025-03-29T13:00:00.000Z"); // 15:00, still winter
  });

  test("nothing is compared with nothing", () => {
    expect(comparedSpan(calendarOf(wanted({}), BUCHAREST, NOW), "none")).toBeNull();
  });
});

test("the longer the time, the coarser the bars", () => {
  expect(grainsOf({ range: "custom", days: 2 })[0]).toBe("hour");
  expect(grainsOf({ range: "custom", days: 31 })[0]).toBe("day");
  expect(grainsOf({ range: "custom", days: 1000 })).not.toContain("hour");
});
