import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { server } from "@/testing/server";
import { show } from "@/testing/show";
import type { Notification } from "./api/use-notifications";
import { NotificationBell } from "./notification-bell";

const ONE: Partial<Notification> & Pick<Notification, "id" | "read_at"> = {
  id: "n-1",
  created_at: "2026-11-23T10:00:00Z",
  read_at: null,
  type: "alert.raised",
  alert_id: "a-1",
  kind: "offline",
  severity: "warning",
  device_id: 2,
  title: "Heat pump: no readings",
  text: "Silent since 10:00.",
};

function answer(...items: (typeof ONE)[]) {
  server.use(
    http.get("*/api/notifications", ({ request }) => {
      const unread = items.filter(({ read_at }) => !read_at);
      const wanted = new URL(request.url).searchParams.get("unread") === "true" ? unread : items;
      return HttpResponse.json({ items: wanted, total: wanted.length, unread: unread.length });
    }),
  );
}

test("the bell says how much is unread, and nothing once all is read", async () => {
  answer(ONE, { ...ONE, id: "n-2", read_at: "2026-11-23T11:00:00Z" });
  server.use(
    http.post("*/api/notifications/read", () => {
      answer({ ...ONE, read_at: "2026-11-23T12:00:00Z" });
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { person } = show(<NotificationBell />);
  await person.click(await screen.findByRole("button", { name: "Notifications: 1 unread" }));
  expect(await screen.findAllByText("Heat pump: no readings")).toHaveLength(2);
  await person.click(screen.getByRole("button", { name: "Mark all as read" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Mark all as read" })).toBeDisabled());
  expect(screen.queryByText("Unread:")).toBeNull();
});

test("of a client who waits, it leads to the conversation", async () => {
  answer({ ...ONE, kind: "conversation_waiting", conversation_id: "c-1", alert_id: null, device_id: null, title: "A client waits for a person" });
  const { person } = show(<NotificationBell />);
  await person.click(await screen.findByRole("button", { name: /Notifications/ }));
  expect(await screen.findByRole("link", { name: /A client waits/ })).toHaveAttribute("href", "/inbox/c-1");
});

test("who looks at the alert has read of it", async () => {
  answer(ONE);
  const read: unknown[] = [];
  server.use(
    http.post("*/api/notifications/:id/read", ({ params }) => {
      read.push(params["id"]);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { person } = show(<NotificationBell />);
  await person.click(await screen.findByRole("button", { name: /Notifications/ }));
  await person.click(await screen.findByRole("link", { name: /Heat pump/ }));
  await waitFor(() => expect(read).toEqual(["n-1"]));
  expect(screen.queryByRole("dialog")).toBeNull();
});
