import { expect, test } from "vitest";

import { instantOf } from "./wall-clock";

const instant = (shown: string) => instantOf(shown, "Europe/Bucharest").toISOString();

test("what the clocks show depends on the season", () => {
  expect(instant("2026-01-15T12:00")).toBe("2026-01-15T10:00:00.000Z");
  expect(instant("2026-07-15 12:00")).toBe("2026-07-15T09:00:00.000Z");
});

test("on the day the clocks go back, the hour that comes twice is the first, and the one after is right", () => {
  expect(instant("2026-10-25T03:30")).toBe("2026-10-25T00:30:00.000Z");
  expect(instant("2026-10-25T04:00")).toBe("2026-10-25T02:00:00.000Z");
});

test("on the day the clocks go forward, the hours around the gap are right", () => {
  expect(instant("2026-03-29T02:59")).toBe("2026-03-29T00:59:00.000Z");
  expect(instant("2026-03-29T04:00")).toBe("2026-03-29T01:00:00.000Z");
});

test("what is no time is no instant", () => {
  expect(instantOf("tomorrow", "Europe/Bucharest").getTime()).toBeNaN();
});
