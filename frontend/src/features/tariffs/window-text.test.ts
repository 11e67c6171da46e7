import { expect, test } from "vitest";

import { MONTHS, runsOf, WEEK, windowText } from "./window-text";

const ALWAYS = { from: "00:00", to: "24:00", days: [...WEEK], months: [...MONTHS] };

test("days and months that follow each other are told as one run", () => {
  expect(windowText({ ...ALWAYS, from: "07:00", to: "19:00", days: ["mon", "tue", "wed", "thu", "fri"] }, "en-GB")).toBe("Mon–Fri 07:00–19:00");
  expect(windowText({ ...ALWAYS, from: "15:00", to: "23:00", months: [12, 1, 2, 3] }, "en-GB")).toBe("15:00–23:00, Dec–Mar");
  expect(windowText({ ...ALWAYS, days: ["sun", "sat", "wed"] }, "en-GB")).toBe("Wed, Sat–Sun");
});

test("what is always so needs no words", () => {
  expect(windowText(ALWAYS, "en-GB")).toBe("");
  expect(windowText({ ...ALWAYS, from: "22:00", to: "06:00" }, "ro")).toBe("22:00–06:00");
});

test("a run goes around the end", () => {
  expect(runsOf([11, 0, 1, 5], 12)).toEqual([
    [5, 5],
    [11, 1],
  ]);
});
