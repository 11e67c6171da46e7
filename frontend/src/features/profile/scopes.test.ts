import { expect, test } from "vitest";

import { areasFor, scopesOf } from "./scopes";

test("a key for everything has one scope", () => {
  expect(scopesOf("read", { alerts: "write" })).toEqual(["read"]);
});

test("a key for parts has those that were chosen", () => {
  expect(scopesOf("parts", { alerts: "write", usage: "read", devices: "none" })).toEqual(["alerts:write", "usage:read"]);
});

test("clients are not offered what is for staff", () => {
  expect(areasFor("client")).not.toContain("users");
  expect(areasFor("operator")).toContain("users");
});
