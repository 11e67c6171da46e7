import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { WishesCard } from "./wishes-card";

let saved: Record<string, unknown>[];

beforeEach(() => {
  saved = [];
  begin({ accessToken: "token", userId: "u-1", role: "client" });
  const wishes = {
    in_app: "info",
    email: "warning",
    webhook: "info",
    mailing: "at_once",
    digest_at: "08:00:00",
    muted_kinds: ["offline"],
    muted_in_app: [],
    muted_email: ["daily_budget"],
    muted_webhook: [],
    quiet_hours: null,
    quiet_for_critical: false,
  };
  server.use(
    http.get("*/api/notifications/preferences", () => HttpResponse.json(wishes)),
    http.get("*/api/notifications/webhook", () => HttpResponse.json({ url: null })),
    http.put("*/api/notifications/preferences", async ({ request }) => {
      saved.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json(wishes);
    }),
  );
});

const box = (name: string) => screen.getByRole("checkbox", { name });
const save = () => screen.getAllByRole("button", { name: "Save" })[0]!;

test("a kind is muted by channel, and what was muted on all of them can be wanted again on one", async () => {
  const { person } = show(<WishesCard />);
  expect(await screen.findByRole("checkbox", { name: "Offline: Mail" })).not.toBeChecked();
  expect(box("Offline: App")).not.toBeChecked();
  expect(box("Day's budget: App")).toBeChecked();
  await person.click(box("Offline: App"));
  await person.click(save());
  await expect.poll(() => saved).toMatchObject([
    { muted_kinds: [], muted_in_app: [], muted_email: ["daily_budget", "offline"], muted_webhook: ["offline"] },
  ]);
});

test("who wants no mail is not asked what to mail, and what was chosen stays", async () => {
  const { person } = show(<WishesCard />);
  await person.selectOptions(await screen.findByLabelText("Mail"), "off");
  expect(screen.queryByRole("checkbox", { name: "Offline: Mail" })).toBeNull();
  await person.click(save());
  await expect.poll(() => saved).toMatchObject([{ mailing: "off", muted_email: ["daily_budget", "offline"] }]);
});
