import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { MyDevicePage } from "./my-device-page";

test("an address that is no device's says so, instead of waiting for ever", async () => {
  server.use(
    http.get("*/api/devices/NaN", () =>
      HttpResponse.json({ title: "Unprocessable", status: 422, detail: "device_id: a whole number" }, { status: 422 }),
    ),
  );
  show(<MyDevicePage />);
  expect(await screen.findByText("device_id: a whole number")).toBeVisible();
});
