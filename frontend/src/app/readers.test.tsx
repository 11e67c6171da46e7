import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import type { ComponentType } from "react";
import { beforeEach, expect, test } from "vitest";

import { begin } from "@/api/session";
import { DevicesPage } from "@/features/devices";
import { GatewaysPage } from "@/features/gateways";
import { ModelPage } from "@/features/model";
import { SitesPage } from "@/features/sites";
import { TariffsPage } from "@/features/tariffs";
import { server } from "@/testing/server";
import { show } from "@/testing/show";

const EMPTY: readonly [string, ComponentType, RegExp][] = [
  ["devices", DevicesPage, /Create one/],
  ["gateways", GatewaysPage, /Create one/],
  ["sites", SitesPage, /Create one/],
  ["tariffs", TariffsPage, /Create one/],
  ["the model", ModelPage, /Set these/],
];

beforeEach(() => {
  const usage = { tokens_today: 0, tokens_cap: 1, dollars_today: 0, dollars_cap: null };
  server.use(
    http.get("*/api/support/model", () => HttpResponse.json({ configured: false, on: false, endpoints: [], ...usage })),
    http.get("*/api/*", () => HttpResponse.json({ items: [], total: 0 })),
  );
});

test.each(EMPTY)("where there is nothing of %s, an administrator is told what to do, and an operator not", async (_of, Page, advice) => {
  begin({ accessToken: "token", userId: "u-1", role: "administrator" });
  const { unmount } = show(<Page />);
  expect(await screen.findByText(advice)).toBeVisible();
  unmount();
  begin({ accessToken: "token", userId: "u-1", role: "operator" });
  show(<Page />);
  expect(await screen.findByText(/What administrators add appears here|can connect one/)).toBeVisible();
  expect(screen.queryByText(advice)).toBeNull();
});
