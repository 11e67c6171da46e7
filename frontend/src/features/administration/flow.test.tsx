import { act, screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { link } from "@/realtime";
import type { Frame } from "@/realtime/frames";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { Flow } from "./flow";

const partition = { partition: 0, queue: "q", devices: 1, depth: 3, in_flight: 2, parked: false };

function answer(partitions: object[]) {
  server.use(
    http.get("*/api/monitoring/tally", () => HttpResponse.json({ partitions: {}, total: { received: 9, accepted: 7, duplicate: 1, rejected: 1 } })),
    http.get("*/api/balancer/partitions", () => HttpResponse.json({ count: partitions.length, devices: 2, partitions })),
  );
}

test("the rate is the mean of the seconds that the socket has told", async () => {
  const hear = vi.spyOn(link, "hear");
  const tell = (frame: Frame) => hear.mock.calls.forEach(([hearer]) => hearer(frame));
  answer([partition]);
  show(<Flow />);
  expect(await screen.findByText("7")).toBeVisible();
  act(() => {
    tell({ type: "ingest", accepted: 8, duplicate: 1, rejected: 1 });
    tell({ type: "ingest", accepted: 0, duplicate: 0, rejected: 0 });
  });
  expect(screen.getByText("5")).toBeVisible();
  expect(screen.getByText("over the last 2 s")).toBeVisible();
});

test("what waits is added up over the partitions, and unknown where one of them is", async () => {
  answer([partition, { ...partition, partition: 1, depth: null, parked: true }]);
  show(<Flow />);
  expect(await screen.findByText("the broker does not say")).toBeVisible();
  expect(screen.getByText("4")).toBeVisible();
  expect(screen.getByRole("status")).toHaveTextContent("One partition takes nothing");
});
