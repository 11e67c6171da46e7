import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { SessionsCard } from "./sessions-card";

test("of many sessions the newest are shown, and the others when they are asked for", async () => {
  begin({ accessToken: "token", userId: "u-1", role: "client" });
  const session = { address: "192.0.2.1", user_agent: "curl/8", used_at: "2026-11-23T10:00:00Z", created_at: "2026-11-23T10:00:00Z" };
  const seven = Array.from({ length: 7 }, (_, number) => ({ ...session, id: `s-${number}`, current: number === 0 }));
  server.use(http.get("*/api/auth/sessions", () => HttpResponse.json(seven)));
  const { person } = show(<SessionsCard />);
  await person.click(await screen.findByRole("button", { name: "Show 2 more" }));
  expect(screen.getAllByRole("listitem")).toHaveLength(7);
  expect(screen.queryByRole("button", { name: /more/ })).toBeNull();
});

test("where one is signed in is not silently left out when it cannot be asked", async () => {
  begin({ accessToken: "token", userId: "u-1", role: "client" });
  server.use(http.get("*/api/auth/sessions", () => HttpResponse.json({ title: "Forbidden", detail: "No." }, { status: 403 })));
  show(<SessionsCard />);
  expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
});
