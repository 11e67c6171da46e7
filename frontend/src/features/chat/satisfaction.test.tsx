import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { Satisfaction } from "./satisfaction";

test.each([
  { written: " Quick and clear. ", comment: "Quick and clear." },
  { written: "", comment: "" },
])("a score goes with the comment '$comment'", async ({ written, comment }) => {
  const rated: unknown[] = [];
  server.use(
    http.post("*/api/support/conversations/c-1/rating", async ({ request }) => {
      rated.push(await request.json());
      return HttpResponse.json({});
    }),
  );
  const { person } = show(<Satisfaction conversation="c-1" />);
  expect(screen.queryByRole("textbox")).toBeNull();
  await person.click(screen.getByRole("button", { name: "2 of 5" }));
  await person.click(screen.getByRole("button", { name: "4 of 5" }));
  if (written) await person.type(screen.getByLabelText(/What was good/), written);
  await person.click(screen.getByRole("button", { name: "Send the rating" }));
  await waitFor(() => expect(rated).toEqual([{ score: 4, comment }]));
});
