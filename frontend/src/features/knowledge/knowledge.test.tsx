import { fireEvent, screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { goToLine } from "./editor";
import { KnowledgePage } from "./knowledge-page";

beforeEach(() => {
  sessionStorage.clear();
  begin({ accessToken: "token", userId: "u-1", role: "administrator" });
  server.use(
    http.get("*/api/support/knowledge", () => HttpResponse.json({ number: 3, yaml: "topics: []" })),
    http.post("*/api/support/knowledge/check", async ({ request }) => {
      const { yaml } = (await request.json()) as { yaml: string };
      const problems = yaml.includes("broken") ? [{ line: 2, topic: null, message: "A topic has no name." }] : [];
      return HttpResponse.json({ problems, warnings: [] });
    }),
  );
});

test("what cannot work cannot be saved, and what was begun is still there after a look elsewhere", async () => {
  const first = show(<KnowledgePage />);
  fireEvent.change(await screen.findByLabelText("Knowledge base"), { target: { value: "topics:\nbroken" } });
  expect(await screen.findByText(/A topic has no name/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Put in force" })).toBeDisabled();
  first.unmount();
  show(<KnowledgePage />);
  expect(await screen.findByLabelText("Knowledge base")).toHaveValue("topics:\nbroken");
});

test("a text is saved as a change of the version that was looked at", async () => {
  const saved: unknown[] = [];
  server.use(
    http.put("*/api/support/knowledge", async ({ request }) => {
      saved.push(await request.json());
      return HttpResponse.json({});
    }),
  );
  const { person } = show(<KnowledgePage />);
  fireEvent.change(await screen.findByLabelText("Knowledge base"), { target: { value: "topics: [a]" } });
  await waitFor(() => expect(screen.getByRole("button", { name: "Put in force" })).toBeEnabled(), { timeout: 5_000 });
  await person.type(screen.getByLabelText("What has changed"), "one more");
  await person.click(screen.getByRole("button", { name: "Put in force" }));
  await waitFor(() => expect(saved).toEqual([{ yaml: "topics: [a]", number: 3, note: "one more" }]));
});

test("whoever waits for the check is told that there is none", async () => {
  server.use(http.post("*/api/support/knowledge/check", () => HttpResponse.json({ detail: "The database does not answer." }, { status: 503 })));
  show(<KnowledgePage />);
  fireEvent.change(await screen.findByLabelText("Knowledge base"), { target: { value: "topics: [a]" } });
  expect(await screen.findByRole("alert")).toHaveTextContent("The database does not answer.");
  expect(screen.getByRole("button", { name: "Put in force" })).toBeDisabled();
});

test("a problem leads to its line", () => {
  const area = document.createElement("textarea");
  area.value = "one\ntwo\nthree";
  document.body.append(area);
  goToLine(area, 2);
  expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe("two");
  area.remove();
});
