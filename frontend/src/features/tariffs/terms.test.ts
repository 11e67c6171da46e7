import { expect, test } from "vitest";

import { priceRange, standingOf, termsOn, withTerms } from "./terms";

const version = (valid_from: string, ...prices: number[]) => ({
  valid_from,
  standing_charge: 0,
  rates: prices.map((price) => ({ name: "Any", price, windows: [] })),
  feed_in: [],
});
const OLD = version("2025-01-01", 1);
const NOW = version("2026-01-01", 1.42, 0.84);
const NEXT = version("2027-01-01", 2);
const ALL = [OLD, NOW, NEXT];

test("a version holds from its day until the next, the first for all time before as well", () => {
  expect(termsOn(ALL, "2026-06-01")).toBe(NOW);
  expect(termsOn(ALL, "2027-01-01")).toBe(NEXT);
  expect(termsOn(ALL, "2020-01-01")).toBe(OLD);
});

test("a version is over, in force, or to come", () => {
  expect(ALL.map((terms) => standingOf(terms, ALL, "2026-06-01"))).toEqual(["past", "inForce", "coming"]);
});

test("the prices reach from the lowest to the highest", () => {
  expect(priceRange(NOW)).toEqual([0.84, 1.42]);
});

test("a version takes the place of the one that was changed, also on another day", () => {
  const moved = version("2026-02-01", 3);
  expect(withTerms(ALL, "2026-01-01", moved)).toEqual([OLD, moved, NEXT]);
  expect(withTerms([NEXT], null, OLD)).toEqual([OLD, NEXT]);
});
