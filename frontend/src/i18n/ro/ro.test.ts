import { expect, test } from "vitest";

import { en } from "../en";
import { ro } from ".";

const texts = ro as Readonly<Record<string, string>>;

test("what is counted has the three plurals of Romanian", () => {
  const counted = Object.keys(texts).filter((key) => key.endsWith("_other"));
  expect(counted.length).toBeGreaterThan(5);
  const missing = counted.flatMap((key) => ["_one", "_few"].map((form) => key.replace("_other", form)).filter((form) => !(form in texts)));
  expect(missing).toEqual([]);
});

test("s and t have commas below, not cedillas", () => {
  expect(Object.values(texts).filter((text) => /[şţŞŢ]/.test(text))).toEqual([]);
});

test("each text fills in what the English one does", () => {
  const filledIn = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
  const differing = Object.entries(en).filter(([key, text]) => !/_one$|_zero$/.test(key) && `${filledIn(text)}` !== `${filledIn(texts[key]!)}`);
  expect(differing.map(([key]) => key)).toEqual([]);
});
