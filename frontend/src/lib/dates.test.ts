import { describe, expect, test } from "vitest";

import { clockIn, isCalendarDate, localIn, rangeAround, shifted, todayIn } from "./dates";

describe("dates of the calendar", () => {
  test("a month after the 31st is the last day of a shorter month", () => {
    expect(shifted("2026-01-31", "month", 1)).toBe("2026-02-28");
    expect(shifted("2028-02-29", "year", -1)).toBe("2027-02-28");
  });

  test("weeks begin on Monday, also when the week holds a change of the year", () => {
    expect(rangeAround("2027-01-01", "week")).toEqual({ from: "2026-12-28", to: "2027-01-04" });
    expect(rangeAround("2026-11-22", "week")).toEqual({ from: "2026-11-16", to: "2026-11-23" });
  });

  test("the day after the clocks change is the next day", () => {
    expect(shifted("2026-03-28", "day", 1)).toBe("2026-03-29");
    expect(shifted("2026-10-25", "day", 1)).toBe("2026-10-26");
  });

  test("today is the device's, not the browser's", () => {
    const moment = new Date("2026-11-23T22:30:00Z");
    expect(todayIn("Europe/Bucharest", moment)).toBe("2026-11-24");
    expect(todayIn("America/New_York", moment)).toBe("2026-11-23");
    expect(clockIn("Australia/Adelaide", moment)).toBe("09:00");
  });

  test.each(["2026-02-30", "2026-13-01", "today", "2026-1-1", ""])("%s is no date", (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });
});

test("an input for date and time gets the clocks of the zone", () => {
  expect(localIn("Europe/Bucharest", new Date("2026-07-01T09:00:00Z"))).toBe("2026-07-01T12:00");
  expect(localIn("Asia/Kolkata", new Date("2026-07-01T20:00:00Z"))).toBe("2026-07-02T01:30");
});
