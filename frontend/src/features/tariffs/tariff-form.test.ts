import { expect, test } from "vitest";

import { formatting } from "@/lib/format";
import { newRate, tariffSchema, termsBodyOf, valuesOf } from "./tariff-form";

const TERMS = {
  valid_from: "2026-01-01",
  standing_charge: 0.48,
  rates: [
    { name: "Night", price: 0.84, windows: [{ from: "22:00", to: "06:00", days: ["mon" as const], months: [1] }] },
    { name: "Day", price: 1.42, windows: [] },
  ],
  feed_in: [],
};
const HEAD = { name: "Day and night", currency: "RON" };
const { typed } = formatting("en-GB");

test("a version goes through the form unchanged", () => {
  const body = termsBodyOf(valuesOf(HEAD, TERMS, typed));
  expect(body.rates).toEqual([{ ...TERMS.rates[0], price: "0.84" }, { ...TERMS.rates[1], price: "1.42" }]);
  expect(body.standing_charge).toBe("0.48");
});

test("in Romanian the prices have a comma, and are the same prices", () => {
  const values = valuesOf(HEAD, TERMS, formatting("ro").typed);
  expect(values.rates.map(({ price }) => price)).toEqual(["0,84", "1,42"]);
  expect(termsBodyOf(values)).toEqual(termsBodyOf(valuesOf(HEAD, TERMS, typed)));
});

test("prices may be typed with a comma, below zero too, and have to be numbers", () => {
  const values = valuesOf(HEAD, TERMS, typed);
  const priced = (price: string) => ({ ...values, rates: [{ ...newRate("Any"), price }] });
  expect(termsBodyOf(priced("0,123456")).rates[0]?.price).toBe("0.123456");
  expect(tariffSchema.safeParse(priced("-0.05")).success).toBe(true);
  expect(tariffSchema.safeParse(priced("")).success).toBe(false);
});

test("a tariff needs a rate, a currency and a charge that is not below zero", () => {
  const values = valuesOf(HEAD, TERMS, typed);
  expect(tariffSchema.safeParse(values).success).toBe(true);
  for (const wrong of [{ rates: [] }, { currency: "lei" }, { standing: "-1" }]) {
    expect(tariffSchema.safeParse({ ...values, ...wrong }).success).toBe(false);
  }
});
