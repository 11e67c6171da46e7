import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { Route, Routes } from "react-router";
import { beforeEach, expect, test } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { InboxPage } from "./inbox-page";

const WAITING = {
  id: "c-1",
  client_id: "u-ana",
  client_name: "Ana Popescu",
  subject: "",
  state: "waiting",
  position: 1,
  waiting_since: "2026-11-23T10:00:00Z",
  active_at: "2026-11-23T10:00:00Z",
  assigned_to: null as string | null,
  assigned_name: null as string | null,
  unread: 2,
  labels: ["billing"],
  rating: null as { score: number; comment: string } | null,
  summary: "",
};
const WITH_BOT = { ...WAITING, id: "c-2", client_name: "Mihai Ionescu", state: "bot", position: null, unread: 0, labels: [] };
const QUESTION = {
  id: "m-1",
  sequence: 1,
  author: "client",
  author_name: "Ana Popescu",
  text: "Why is my bill so high?",
  at: "2026-11-23T10:00:00Z",
  internal: false,
  sources: [],
  attachments: [],
};

let conversation: typeof WAITING;
let messages: object[];

beforeEach(() => {
  conversation = WAITING;
  messages = [QUESTION];
  begin({ accessToken: "token", userId: "u-1", role: "administrator" });
  server.use(
    http.get("*/api/support/conversations", ({ request }) => {
      const state = new URL(request.url).searchParams.get("state");
      const items = [WITH_BOT, conversation].filter((each) => !state || each.state === state);
      return HttpResponse.json({ items, total: items.length });
    }),
    http.get("*/api/support/conversations/c-1", () => HttpResponse.json(conversation)),
    http.get("*/api/support/conversations/c-1/messages", () => HttpResponse.json(messages)),
    http.post("*/api/support/conversations/c-1/marks", () => HttpResponse.json({})),
    http.get("*/api/support/labels", () => HttpResponse.json(["billing"])),
    http.get("*/api/support/canned-replies", () => HttpResponse.json([{ id: "r-1", version: 1, shortcut: "hello", text: "Hello {client}!" }])),
    http.post("*/api/support/canned-replies/r-1/fill", () => HttpResponse.json({ text: "Hello Ana Popescu!" })),
    http.get("*/api/users/u-ana", () => HttpResponse.json({ email: "ana@example.org" })),
    http.get("*/api/devices", () => HttpResponse.json({ items: [], total: 0 })),
  );
});

function showAt(path: string) {
  return show(
    <Routes>
      <Route path="inbox/:conversationId?" element={<InboxPage />} />
    </Routes>,
    path,
  );
}

test("who waits is above who talks with the bot, with what is unread", async () => {
  showAt("/inbox");
  await screen.findByText("Mihai Ionescu");
  const rows = screen.getAllByRole("link");
  expect(rows).toHaveLength(2);
  expect(within(rows[0]!).getByText("Ana Popescu")).toBeVisible();
  expect(within(rows[0]!).getByText("2 unread")).toBeInTheDocument();
});

test("who claims second is told who was quicker", async () => {
  server.use(
    http.post("*/api/support/conversations/c-1/claim", () => {
      conversation = { ...WAITING, state: "assigned", position: null as never, assigned_to: "u-2", assigned_name: "Radu" };
      return HttpResponse.json({ detail: "It does not wait." }, { status: 409 });
    }),
  );
  const { person } = showAt("/inbox/c-1");
  await person.click(await screen.findByRole("button", { name: "Claim" }));
  expect(await screen.findByText("Radu was quicker and has this conversation now.")).toBeVisible();
  expect(screen.queryByLabelText("Write a reply")).toBeNull();
});

test("who has claimed a conversation can write at once", async () => {
  server.use(
    http.post("*/api/support/conversations/c-1/claim", () => {
      conversation = { ...WAITING, state: "assigned", position: null as never, assigned_to: "u-1", assigned_name: "Me" };
      return HttpResponse.json(conversation);
    }),
  );
  const { person } = showAt("/inbox/c-1");
  await person.click(await screen.findByRole("button", { name: "Claim" }));
  await waitFor(() => expect(screen.getByLabelText("Write a reply")).toHaveFocus());
});

test("who has a conversation answers with a canned reply, and a note goes elsewhere", async () => {
  conversation = { ...WAITING, state: "assigned", assigned_to: "u-1", assigned_name: "Me" };
  const sent: [string, string][] = [];
  server.use(
    http.post("*/api/support/conversations/c-1/:kind", async ({ request, params }) => {
      if (params.kind === "marks") return HttpResponse.json({});
      sent.push([params.kind as string, ((await request.json()) as { text: string }).text]);
      return HttpResponse.json({}, { status: 201 });
    }),
  );
  const { person } = showAt("/inbox/c-1");
  await person.click(await screen.findByRole("button", { name: "Canned replies" }));
  await person.click(await screen.findByRole("menuitem", { name: /hello/ }));
  await waitFor(() => expect(screen.getByLabelText("Write a reply")).toHaveValue("Hello Ana Popescu!"));
  await person.type(screen.getByLabelText("Write a reply"), "{Enter}");
  await waitFor(() => expect(screen.getByLabelText("Write a reply")).toHaveValue(""));
  await person.click(screen.getByRole("radio", { name: "Internal note" }));
  await person.type(screen.getByLabelText(/internal note/), "Angry.{Enter}");
  await waitFor(() =>
    expect(sent).toEqual([
      ["messages", "Hello Ana Popescu!"],
      ["notes", "Angry."],
    ]),
  );
});

test("staff reads what a client has written with the rating", async () => {
  conversation = { ...WAITING, rating: { score: 2, comment: "Too slow." } };
  showAt("/inbox/c-1");
  expect(await screen.findByText("Rated 2 of 5")).toBeInTheDocument();
  expect(screen.getByText("Too slow.")).toBeInTheDocument();
});

test("operators read, and are offered nothing that they may not do", async () => {
  begin({ accessToken: "token", userId: "u-1", role: "operator" });
  showAt("/inbox/c-1");
  expect(await screen.findByText("Why is my bill so high?")).toBeVisible();
  expect(await screen.findByText("ana@example.org")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /Claim|Resolve|Remove/ })).toBeNull();
  expect(screen.queryByRole("textbox")).toBeNull();
});
