import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { AuditPage } from "./audit-page";

test("the log of one person stands in the address, until others are wanted too", async () => {
  const asked: (string | null)[] = [];
  begin({ accessToken: "token", userId: "u-1", role: "administrator" });
  server.use(
    http.get("*/api/users", () => HttpResponse.json({ items: [], total: 0 })),
    http.get("*/api/audit", ({ request }) => {
      asked.push(new URL(request.url).searchParams.get("object"));
      return HttpResponse.json({ items: [], next: null, unavailable: [] });
    }),
  );
  const { person } = show(<AuditPage />, "/audit?object=user/u-ana");
  await waitFor(() => expect(asked).toEqual(["user/u-ana"]));
  await person.click(await screen.findByRole("button", { name: "On user/u-ana: show others too" }));
  await waitFor(() => expect(asked).toEqual(["user/u-ana", null]));
  expect(screen.queryByText("On user/u-ana")).toBeNull();
});

test("clients are called by their names too, who is deleted by the id", async () => {
  const [ana, gone] = ["5b0c1c9e-0000-4000-8000-000000000000", "6b0c1c9e-0000-4000-8000-000000000000"];
  const entry = { id: 1, service: "users", at: "2026-11-23T10:00:00Z", action: "user.edited", address: "192.0.2.1", detail: {} };
  server.use(
    http.get("*/api/users", ({ request }) => {
      expect(new URL(request.url).searchParams.getAll("ids")).toEqual([ana, gone]);
      return HttpResponse.json({ items: [{ id: ana, name: "Ana Popescu" }], total: 1 });
    }),
    http.get("*/api/audit", () =>
      HttpResponse.json({ items: [{ ...entry, actor: `user/${ana}`, object: `user/${gone}` }], next: null, unavailable: [] }),
    ),
  );
  show(<AuditPage />, "/audit");
  expect(await screen.findByRole("cell", { name: "Ana Popescu" })).toBeVisible();
  expect(screen.getByRole("cell", { name: "user/6b0c1c9e…" })).toBeVisible();
});
