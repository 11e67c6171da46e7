import { expect, test } from "vitest";

import { decimalOf } from "./decimal";

test("a number may have a point or a comma", () => {
  expect(decimalOf("1234.5")).toBe(1234.5);
  expect(decimalOf(" 1234,5 ")).toBe(1234.5);
  expect(decimalOf("-0,25")).toBe(-0.25);
});

test("what is no number is none, and nothing is not zero", () => {
  for (const text of ["", "  ", "1.2.3", "1,2,3", "four"]) expect(decimalOf(text)).toBeNaN();
});
