import { expect, test } from "vitest";

import { bodyOf, draftOf, intervalsOf, withHoliday } from "./hours-form";
import { meanOf } from "./satisfaction";

test("times of a day are read as people type them, in order", () => {
  expect(intervalsOf("13:00–17:30, 9:00 - 12:00")).toEqual([
    { start: "09:00", end: "12:00" },
    { start: "13:00", end: "17:30" },
  ]);
  expect(intervalsOf("0:00-24:00")).toEqual([{ start: "00:00", end: "24:00" }]);
  expect(intervalsOf("  ")).toEqual([]);
});

test.each(["nine to five", "9-17", "17:00-9:00", "9:00-9:00", "9:00-24:30", "9:75-10:00", "9:00-12:00, 11:00-13:00"])(
  "%s is refused",
  (text) => expect(intervalsOf(text)).toBeNull(),
);

test("what comes is what goes, when nothing is changed", () => {
  const office = [{ start: "09:00", end: "17:00" }];
  const hours = { time_zone: "Europe/Bucharest", week: [office, office, office, office, office, [], []], holidays: ["2026-12-25"] };
  expect(bodyOf(draftOf({ ...hours, open_now: true, opens_at: null }))).toEqual(hours);
});

test("a holiday is there once, and in its place", () => {
  expect(withHoliday(["2026-12-25"], "2026-12-01")).toEqual(["2026-12-01", "2026-12-25"]);
  expect(withHoliday(["2026-12-25"], "2026-12-25")).toEqual(["2026-12-25"]);
  expect(withHoliday(["2026-12-25"], "2026-13-01")).toEqual(["2026-12-25"]);
});

test("satisfaction is the mean of what was given", () => {
  expect(meanOf([1, 0, 0, 0, 3])).toBe(4);
  expect(meanOf([0, 0, 0, 0, 0])).toBeNull();
});
