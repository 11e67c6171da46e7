import { expect, test } from "vitest";

import { BLANK, bodyOf, schema } from "./correction-form";

const HEAT_PUMP = { id: 2, time_zone: "Europe/Bucharest" };
const RANGE = { ...BLANK, since: "2026-11-20T10:00", until: "2026-11-20T12:00", reason: "The meter was replaced." };

const wrong = (values: object) => schema.safeParse({ ...RANGE, ...values }).error?.issues.map(({ path }) => path[0]);

test("times are those of the device's clocks", () => {
  expect(bodyOf({ ...RANGE, kind: "exclude" }, HEAT_PUMP)).toEqual({
    kind: "exclude",
    device_id: 2,
    reason: RANGE.reason,
    from: "2026-11-20T08:00:00.000Z",
    to: "2026-11-20T10:00:00.000Z",
  });
});

test("readings come a line each", () => {
  const body = bodyOf({ ...RANGE, kind: "replace", readings: "2026-11-20 10:15  0.5\n\n2026-11-20T10:30; -1\n2026-11-20 10:45,1,25" }, HEAT_PUMP);
  expect(body).toMatchObject({
    readings: [
      { time: "2026-11-20T08:15:00.000Z", value: 0.5 },
      { time: "2026-11-20T08:30:00.000Z", value: -1 },
      { time: "2026-11-20T08:45:00.000Z", value: 1.25 },
    ],
  });
});

test("what cannot be meant is told at its field", () => {
  expect(wrong({})).toBeUndefined();
  expect(wrong({ until: RANGE.since })).toEqual(["until"]);
  expect(wrong({ reason: "no" })).toEqual(["reason"]);
  expect(wrong({ kind: "replace", readings: "" })).toEqual(["readings"]);
  expect(wrong({ kind: "replace", readings: "2026-11-20 10:15 much" })).toEqual(["readings"]);
});
