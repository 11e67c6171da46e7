import { expect, test } from "vitest";

import { placesFor } from "./navigation";

test("an operator is offered what an administrator is, but not the dead letters", () => {
  const offered = placesFor("operator").map(({ to }) => to);
  expect([...offered, "/dead-letters"].toSorted()).toEqual(placesFor("administrator").map(({ to }) => to).toSorted());
});
