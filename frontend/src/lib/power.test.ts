import { expect, test } from "vitest";

import { together } from "./power";

const NOON = { power_w: 300, time: "2026-11-23T12:00:00+02:00", is_old: false };
const EARLIER = { power_w: 200, time: "2026-11-23T11:45:00+02:00", is_old: false };
const LAST_WEEK = { power_w: 5000, time: "2026-11-16T12:00:00+02:00", is_old: true };
const NEW = { power_w: null, time: null, is_old: false };

test("what the socket tells is of this second", () => {
  expect(together([100, -20], [])).toEqual({ watts: 80, measured: null, isOld: false });
});

test("what the socket has not told yet is what the newest readings show, as old as the oldest of them", () => {
  expect(together([100], [NOON, EARLIER, NEW])).toEqual({ watts: 600, measured: EARLIER.time, isOld: false });
});

test("a meter that fell silent is not drawing now, and its last power is told only where nothing else is known", () => {
  expect(together([], [NOON, LAST_WEEK])).toEqual({ watts: 300, measured: NOON.time, isOld: false });
  expect(together([], [LAST_WEEK, NEW])).toEqual({ watts: 5000, measured: LAST_WEEK.time, isOld: true });
});

test("nothing known is not nothing drawn", () => {
  expect(together([], [NEW])).toBeNull();
});
