import { expect, test } from "vitest";

import { isWell, withPartitionsAsOne } from "./queues";

const queue = (name: string, waiting: number, dead_letters: number) => ({ name, waiting, dead_letters });

test("partitions are one line, with the sum of what waits and what died in them", () => {
  const queues = [queue("events.devices", 1, 0), queue("telemetry.partition.0", 3, 1), queue("telemetry.partition.31", 4, 0)];
  expect(withPartitionsAsOne(queues)).toEqual([queue("events.devices", 1, 0), queue("telemetry.partition.*", 7, 1)]);
  expect(withPartitionsAsOne([])).toEqual([]);
});

test("one service that is not ready, or a broker that is away, is enough", () => {
  const ready = { name: "auth", version: "1", reason: null };
  const health = { services: [ready], broker: null, queues: [] };
  expect(isWell(health)).toBe(true);
  expect(isWell({ ...health, broker: "It does not answer." })).toBe(false);
  expect(isWell({ ...health, services: [ready, { ...ready, reason: "The database is away." }] })).toBe(false);
});
