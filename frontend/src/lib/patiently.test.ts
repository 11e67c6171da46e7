import { expect, test } from "vitest";

import { patiently } from "./patiently";

test("a part of the app comes once the server is back", async () => {
  let tries = 0;
  const load = () => (++tries < 3 ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve("the part"));
  expect(await patiently(load, 0)).toBe("the part");
});

test("what is gone for good is not asked for for ever", async () => {
  await expect(patiently(() => Promise.reject(new TypeError("Failed to fetch")), 0)).rejects.toThrow("Failed to fetch");
});
