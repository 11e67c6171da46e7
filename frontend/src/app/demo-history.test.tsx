import { act, screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { DemoHistory } from "./demo-history";

const accounts = [{ role: "administrator", email: "a@example.org", password: "p" }];

function answer(demo: () => object, demo_accounts: object[] = accounts) {
  server.use(
    http.get("*/api/about", () => HttpResponse.json({ version: "1", demo_accounts })),
    http.get("*/api/demo", () => HttpResponse.json(demo())),
  );
}

test("while the history of a demo is written every page says so, and all is asked for anew when it is there", async () => {
  let demo = { phase: "history", sent_until: "2026-03-05T10:00:00Z" };
  answer(() => demo);
  const { queries } = show(<DemoHistory />);
  expect(await screen.findByRole("status")).toHaveTextContent(/5 Mar 2026/);
  queries.setQueryData(["usage"], 0);
  demo = { ...demo, phase: "live" };
  await act(() => queries.invalidateQueries({ queryKey: ["demo"] }));
  await waitFor(() => expect(screen.queryByRole("status")).toBeNull());
  expect(queries.getQueryState(["usage"])?.isInvalidated).toBe(true);
});

test("where there is no demo nobody asks for it", async () => {
  answer(() => {
    throw new Error("asked");
  }, []);
  const { queries } = show(<DemoHistory />);
  await waitFor(() => expect(queries.getQueryData(["about"])).toBeDefined());
  expect(queries.getQueryState(["demo"])?.fetchStatus).toBe("idle");
});
