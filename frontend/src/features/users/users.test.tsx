import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { Route, Routes } from "react-router";
import { beforeEach, expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { UserDialog } from "./user-dialog";
import { UserPage } from "./user-page";

const ANA = {
  id: "u-ana",
  version: 3,
  name: "Ana Popescu",
  email: "ana@example.org",
  role: "client" as const,
  active: true,
  deleted: false,
  time_zone: "Europe/Bucharest",
  language: "ro",
  phone: "",
  address: "",
  notes: "",
  preferences: {},
  created_at: "2026-01-02T10:00:00Z",
  updated_at: "2026-01-02T10:00:00Z",
};
const TIMES = { created_at: "2026-11-20T10:00:00Z", expires_at: "2027-11-20T10:00:00Z", used_at: "2026-11-23T10:00:00Z" };
const SESSION = { id: "s-1", ...TIMES, address: "192.0.2.7", user_agent: "Mozilla/5.0 (X11; Linux) Firefox/140.0", current: false };
const KEY = { id: "k-1", name: "Solar script", scopes: ["read"], ...TIMES };

let asked: string[];
let sessions: object[];
let account: object;

beforeEach(() => {
  asked = [];
  sessions = [SESSION];
  account = { user_id: "u-ana", has_password: true, password_changed_at: TIMES.created_at, second_factor: true, api_keys: [KEY] };
  begin({ accessToken: "token", userId: "u-1", role: "administrator" });
  server.use(
    http.get("*/api/users/u-ana", () => HttpResponse.json(ANA)),
    http.get("*/api/auth/accounts/u-ana", () => HttpResponse.json(account)),
    http.get("*/api/auth/accounts/u-ana/sessions", () => HttpResponse.json(sessions)),
    http.delete("*/api/auth/accounts/u-ana/*", ({ request }) => {
      const deed = new URL(request.url).pathname.replace("/api/auth/accounts/u-ana/", "");
      asked.push(deed);
      if (deed.startsWith("sessions")) sessions = [];
      else account = { ...account, second_factor: false, api_keys: [] };
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

function showPage() {
  return show(
    <Routes>
      <Route path="users/:userId" element={<UserPage />} />
    </Routes>,
    "/users/u-ana",
  );
}

test.each([
  ["End: Firefox 140, Linux, 192.0.2.7", "End", "sessions/s-1"],
  ["Sign out everywhere", "Sign out everywhere", "sessions"],
  ["Revoke: Solar script", "Revoke", "api-keys/k-1"],
  ["Reset", "Reset", "second-factor"],
])("%s: nothing happens until it is confirmed", async (button, action, deed) => {
  const { person } = showPage();
  await person.click(await screen.findByRole("button", { name: button }));
  const dialog = await screen.findByRole("alertdialog");
  expect(asked).toEqual([]);
  await person.click(within(dialog).getByRole("button", { name: action }));
  await waitFor(() => expect(asked).toEqual([deed]));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(screen.queryByRole("button", { name: button })).toBeNull();
});

test("an operator sees it all and is offered nothing", async () => {
  begin({ accessToken: "token", userId: "u-1", role: "operator" });
  showPage();
  expect(await screen.findByText("Solar script")).toBeVisible();
  expect(await screen.findByText("Firefox 140, Linux")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

test("another role is confirmed before it is saved, and another name is not", async () => {
  const saved: unknown[] = [];
  server.use(
    http.patch("*/api/users/u-ana", async ({ request }) => {
      saved.push(((await request.json()) as { role: string }).role);
      return HttpResponse.json(ANA);
    }),
  );
  const { person } = show(<UserDialog user={ANA} onClose={() => undefined} onCreated={() => undefined} />);
  await person.type(screen.getByLabelText("Name"), " B.");
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(saved).toEqual(["client"]));
  await person.selectOptions(screen.getByLabelText("Role"), "administrator");
  await person.click(screen.getByRole("button", { name: "Save" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(saved).toHaveLength(1);
  await person.click(within(dialog).getByRole("button", { name: "Change the role" }));
  await waitFor(() => expect(saved).toEqual(["client", "administrator"]));
});
