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
