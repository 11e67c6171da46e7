import { expect, test } from "vitest";

import { asTree, withAllBehind } from "./meter-tree";

const meter = (id: number, parent?: number) => ({ id, parent: parent ? { id: parent } : null });
const HOUSE = [meter(4, 2), meter(1), meter(2, 1), meter(3, 1), meter(5)];

test("a meter stands before those behind it", () => {
  expect(asTree(HOUSE).map(({ meter: { id }, depth }) => [id, depth])).toEqual([
    [1, 0],
    [2, 1],
    [4, 2],
    [3, 1],
    [5, 0],
  ]);
});

test("one whose parent is elsewhere stands at the top, so that none is missing", () => {
  expect(asTree([meter(7, 99)])).toEqual([{ meter: meter(7, 99), depth: 0 }]);
});

test("nothing behind a meter can be its parent, nor can it itself", () => {
  expect([...withAllBehind(HOUSE, 1)].toSorted()).toEqual([1, 2, 3, 4]);
  expect([...withAllBehind(HOUSE, 5)]).toEqual([5]);
});
