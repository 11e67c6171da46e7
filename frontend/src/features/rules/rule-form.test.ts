import { expect, test } from "vitest";

import { formatting } from "@/lib/format";
import type { Rule } from "./amounts";
import { ruleOf, schemaOf, valuesOf } from "./rule-form";

const POWER: Rule = {
  kind: "power_limit",
  enabled: true,
  severity: "critical",
  limit_w: 5000,
  for_s: 300,
  hysteresis_percent: 5,
  cooldown_s: 900,
  escalate_after_s: 3600,
  quiet: { start: "22:00:00", end: "06:30:00" },
};
const { typed } = formatting("en-GB");

test("a rule that nobody touches is saved as it was", () => {
  expect(ruleOf("power_limit", valuesOf(POWER, typed))).toEqual({ ...POWER, quiet: { start: "22:00", end: "06:30" } });
});

test("seconds are minutes to people, and an empty time is never", () => {
  const values = { ...valuesOf(POWER, typed), escalate: " ", quiet: false };
  expect(values.amounts).toEqual({ limit_w: "5000", for_s: "5", hysteresis_percent: "5" });
  expect(ruleOf("power_limit", values)).toMatchObject({ for_s: 300, escalate_after_s: null, quiet: null });
});

test("in Romanian the numbers have a comma, and are the same numbers", () => {
  const values = valuesOf({ ...POWER, for_s: 90 }, formatting("ro").typed);
  expect(values.amounts["for_s"]).toBe("1,5");
  expect(ruleOf("power_limit", values)).toMatchObject({ for_s: 90 });
});

test("a comma is a decimal point", () => {
  const values = { ...valuesOf(POWER, typed), amounts: { limit_w: "4500,5", for_s: "0,5", hysteresis_percent: "0" } };
  expect(schemaOf("power_limit").safeParse(values).success).toBe(true);
  expect(ruleOf("power_limit", values)).toMatchObject({ limit_w: 4500.5, for_s: 30 });
});

test.each([
  { limit_w: "" },
  { limit_w: "0" },
  { limit_w: "much" },
  { for_s: "1441" },
  { hysteresis_percent: "91" },
])("%o is not saved", (amounts) => {
  const values = valuesOf(POWER, typed);
  expect(schemaOf("power_limit").safeParse({ ...values, amounts: { ...values.amounts, ...amounts } }).success).toBe(false);
});
