import { expect, test } from "vitest";

import { front } from "./en/front";

const sources = import.meta.glob<string>(["../features/session/*.tsx", "../app/{errors,guards,starting}.tsx", "../components/logo.tsx"], {
  query: "?raw",
  import: "default",
  eager: true,
});

test("what the front door says is in the first load", () => {
  const said = Object.values(sources).flatMap((source) => [...source.matchAll(/\bt\("([^"]+)"/g)].map(([, key]) => key!));
  expect(said.length).toBeGreaterThan(20);
  expect(said.filter((key) => !(key in front))).toEqual([]);
});
