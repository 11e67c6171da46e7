import { expect, test } from "vitest";

import type { Schemas } from "@/api/client";
import { netCost } from "./net-cost";

const priced = (so_far: number, expected: number | null, currency = "RON") =>
  ({ currency, cost: { so_far, expected, low: null, high: null } }) as Schemas["Forecast"];
const unpriced = { currency: null, cost: null } as Schemas["Forecast"];

test("what feed-in earns is taken off, as the assistant does", () => {
  expect(netCost([priced(80, 152.5), unpriced, priced(-5, -2.5)])).toEqual({ currency: "RON", soFar: 75, expected: 150 });
});

test("no sum is made of what is not known or of two currencies", () => {
  expect(netCost([priced(80, null), priced(-5, -2.5)])?.expected).toBeNull();
  expect(netCost([priced(80, 90), priced(8, 9, "AUD")])).toBeNull();
  expect(netCost([unpriced])).toBeNull();
});
