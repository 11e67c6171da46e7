import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { AlertsPage } from "./alerts-page";

const RAISED = {
  id: "a-1",
  version: 1,
  kind: "hourly_limit",
  severity: "warning",
  state: "raised",
  device_id: 2,
  device_name: "Heat pump",
  since: "2026-11-23T18:00:00+02:00",
  raised_at: "2026-11-23T16:40:00Z",
  energy_kwh: 2.4,
  limit_kwh: 2.1,
  cost: null,
  currency: null,
  share_percent: null,
  snoozed_until: null as string | null,
  escalated_at: null,
  historical: false,
  note: "",
};

function answer(...items: object[]) {
  server.use(http.get("*/api/alerts", () => HttpResponse.json({ items, total: items.length })));
}

test("an alert tells what happened by the clocks of the device", async () => {
  answer(RAISED);
  show(<AlertsPage />);
  const row = await screen.findByRole("listitem");
  expect(within(row).getByText(/2.40 kWh in the hour of 23 Nov 2026, 18:00, 2.10 kWh allowed/)).toBeVisible();
});

test("acknowledging sends the note, and the alert leaves the open ones", async () => {
  answer(RAISED);
  const notes: unknown[] = [];
  server.use(
    http.post("*/api/alerts/a-1/acknowledge", async ({ request }) => {
      notes.push(await request.json());
      answer();
      return HttpResponse.json({ ...RAISED, state: "acknowledged" });
    }),
  );
  const { person } = show(<AlertsPage />);
  await person.click(await screen.findByRole("button", { name: "Acknowledge" }));
  await person.type(screen.getByLabelText("Note"), "The sauna was on.");
  await person.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Acknowledge" }));
  expect(await screen.findByText("No alerts here")).toBeVisible();
  expect(notes).toEqual([{ note: "The sauna was on.", version: 1 }]);
});

test("a snooze holds back the news, and the row says until when", async () => {
  answer(RAISED);
  let asked: { until: string; version: number } | null = null;
  server.use(
    http.post("*/api/alerts/a-1/snooze", async ({ request }) => {
      asked = (await request.json()) as { until: string; version: number };
      const snoozed = { ...RAISED, version: 2, snoozed_until: asked.until };
      answer(snoozed);
      return HttpResponse.json(snoozed);
    }),
  );
  const { person } = show(<AlertsPage />);
  await person.click(await screen.findByRole("button", { name: "Actions: Heat pump" }));
  await person.click(await screen.findByRole("menuitem", { name: /four hours/ }));
  expect(await screen.findByText(/^snoozed until/)).toBeVisible();
  expect(Date.parse(asked!.until) - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
  expect(asked!.version).toBe(1);
});

test("filters are asked of the server and stand in the address", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/api/alerts", ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ items: [], total: 0 });
    }),
  );
  const { person } = show(<AlertsPage />, "/alerts?device=2");
  await person.selectOptions(await screen.findByLabelText("Severity"), "critical");
  expect(await screen.findByText("Nothing matches")).toBeVisible();
  expect(asked.at(-1)).toContain("severity=critical");
  expect(asked.at(-1)).toContain("device=2");
});

test("a server that fails says so and can be asked again", async () => {
  server.use(http.get("*/api/alerts", () => HttpResponse.json({ detail: "The database is away." }, { status: 409 })));
  const { person } = show(<AlertsPage />);
  expect(await screen.findByText("The database is away.")).toBeVisible();
  answer(RAISED);
  await person.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Heat pump")).toBeVisible();
});
