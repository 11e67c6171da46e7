import { expect, test } from "vitest";

import { asCsv, countsOf, readReport, worstFirst, type Outcome } from "./import-report";

const made: Outcome = { line: 2, status: "created", id: 7, serial_number: "A,1", name: "Roof", credential: "s3", reason: null };
const broken: Outcome = { line: 3, status: "error", id: null, serial_number: null, name: "=cmd()", credential: null, reason: 'no "kind"' };

test("every line of the answer is an outcome, the empty end is none", () => {
  const report = readReport(`${JSON.stringify(made)}\n${JSON.stringify(broken)}\n`);
  expect(report).toEqual([made, broken]);
  expect(countsOf(report)).toEqual({ created: 1, updated: 0, unchanged: 0, error: 1 });
});

test("what has to be put right comes first", () => {
  expect(worstFirst([made, broken]).map(({ line }) => line)).toEqual([3, 2]);
});

test("in the table to take away, cells are quoted and no spreadsheet finds a formula", () => {
  const [, first, second] = asCsv([made, broken]).split("\r\n");
  expect(first).toBe('2,created,7,"A,1",Roof,s3,');
  expect(second).toBe(`3,error,,,'=cmd(),,"no ""kind"""`);
});
