import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { SignInPage } from "./sign-in-page";

test("a demo account that was deleted, or has another password, is offered no longer, and it is said why", async () => {
  const [ana, mihai] = ["ana@kilowatch.local", "mihai@kilowatch.local"].map((email) => ({ role: "client", email, password: "demo", site: null }));
  server.use(
    http.get("*/api/about", () => HttpResponse.json({ version: "1", demo_accounts: [ana, mihai] })),
    http.post("*/api/auth/refresh", () => new HttpResponse(null, { status: 401 })),
    http.post("*/api/auth/sign-in", () => HttpResponse.json({ title: "Unauthorized", detail: "They are not right." }, { status: 401 })),
  );
  const { person } = show(<SignInPage />);
  await person.click(await screen.findByRole("button", { name: /^ana@/ }));
  expect(await screen.findByText(/^ana@kilowatch.local is no demo account any more/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /^ana@/ })).toBeNull();
  expect(screen.getByRole("button", { name: /^mihai@/ })).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});
