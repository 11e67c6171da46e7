import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { FactorCard } from "./factor-card";

let asked: unknown[];
let enabled: boolean;

beforeEach(() => {
  asked = [];
  enabled = true;
  begin({ accessToken: "token", userId: "u-1", role: "client" });
  server.use(
    http.get("*/api/auth/second-factor", () => HttpResponse.json({ enabled, recovery_codes_left: 9 })),
    http.post("*/api/auth/second-factor/remove", async ({ request }) => {
      asked.push(await request.json());
      enabled = false;
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

test("turning the second factor off asks for the password and a code", async () => {
  const { person } = show(<FactorCard />);
  await person.click(await screen.findByRole("button", { name: "Turn off" }));
  const dialog = within(await screen.findByRole("dialog"));
  await person.type(dialog.getByLabelText(/^Your password/), "four quiet turnips march");
  await person.click(dialog.getByRole("button", { name: "Turn off" }));
  expect(await dialog.findByText(/at least 6/i)).toBeVisible();
  expect(asked).toEqual([]);
  await person.type(dialog.getByLabelText("Code"), "123456");
  await person.click(dialog.getByRole("button", { name: "Turn off" }));
  expect(await screen.findByRole("button", { name: "Turn on" })).toBeVisible();
  expect(asked).toEqual([{ password: "four quiet turnips march", code: "123456" }]);
});

test("who turns the second factor on is shown the recovery codes, which are told only then", async () => {
  enabled = false;
  server.use(
    http.post("*/api/auth/second-factor", () => HttpResponse.json({ secret: "JBSWY3DP", uri: "otpauth://totp/Kilowatch:ana?secret=JBSWY3DP" })),
    http.post("*/api/auth/second-factor/confirm", () => {
      enabled = true;
      return HttpResponse.json({ recovery_codes: ["abcd-efgh", "ijkl-mnop"] });
    }),
  );
  const { person } = show(<FactorCard />);
  await person.click(await screen.findByRole("button", { name: "Turn on" }));
  await person.type(await screen.findByLabelText(/^Your password/), "four quiet turnips march");
  await person.click(screen.getByRole("button", { name: "Continue" }));
  await person.type(await screen.findByLabelText("Code"), "123456");
  await person.click(screen.getByRole("button", { name: "Confirm" }));
  expect(await screen.findByText(/abcd-efgh/)).toBeVisible();
  expect(await screen.findByText(/9 recovery codes are left/)).toBeInTheDocument();
  expect(screen.getByText(/abcd-efgh/)).toBeVisible();
});

test("new recovery codes are shown to who proves that it is them, one to a line, and the old ones are said to end", async () => {
  server.use(
    http.post("*/api/auth/second-factor/recovery-codes", async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ recovery_codes: ["mnop-qrst", "uvwx-yzab"] });
    }),
  );
  const { person } = show(<FactorCard />);
  await person.click(await screen.findByRole("button", { name: "New recovery codes" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/no longer taken/)).toBeVisible();
  await person.type(dialog.getByLabelText(/^Your password/), "four quiet turnips march");
  await person.type(dialog.getByLabelText("Code"), "abcd-efgh");
  await person.click(dialog.getByRole("button", { name: "New recovery codes" }));
  expect(await screen.findByRole("status", { name: "Recovery codes" })).toHaveTextContent("mnop-qrst uvwx-yzab");
  expect(asked).toEqual([{ password: "four quiet turnips march", code: "abcd-efgh" }]);
  await person.click(screen.getByText("Close"));
  expect(screen.queryByText(/mnop-qrst/)).not.toBeInTheDocument();
});
