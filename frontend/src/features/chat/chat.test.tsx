import { act, screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { link } from "@/realtime";
import type { Frame } from "@/realtime/frames";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { ChatLauncher } from "./chat-launcher";

const CONVERSATION = { id: "c-1", state: "bot", unread: 0, resolved_at: null, rating: null, assigned_name: null, position: null };

interface Said {
  id: string;
  sequence: number;
  author: string;
  author_name: string;
  text: string;
  at: string;
  sources: { title: string; url?: string }[];
  suggestions: string[];
  attachments: object[];
  state: "sent" | "delivered" | "read";
  helpful: boolean | null;
  client_message_id: string | null;
}

function said(sequence: number, author: string, text: string, more: Partial<Said> = {}): Said {
  return { id: `m-${sequence}`, sequence, author, author_name: "", text, at: "2026-11-23T10:00:00Z", sources: [], suggestions: [], attachments: [], state: "sent", helpful: null, client_message_id: null, ...more };
}

/** What the chat hears while it is shown. */
function socket(): (frame: Frame) => void {
  const hear = vi.spyOn(link, "hear");
  onTestFinished(() => hear.mockRestore());
  return (frame) => act(() => hear.mock.calls.forEach(([hearer]) => hearer(frame)));
}

let messages: Said[];

beforeEach(() => {
  sessionStorage.clear();
  messages = [];
  server.use(
    http.get("*/api/support/conversations/mine", () => HttpResponse.json({ items: [CONVERSATION], total: 1 })),
    http.get("*/api/support/conversations/c-1/messages", () => HttpResponse.json(messages)),
    http.post("*/api/support/conversations/c-1/marks", () => HttpResponse.json({})),
  );
});

test("what is sent is there, and the answer tells what it stands on", async () => {
  server.use(
    http.post("*/api/support/conversations/c-1/messages", async ({ request }) => {
      const { text } = (await request.json()) as { text: string };
      messages = [said(1, "client", text), said(2, "bot", "You used **2.4 kWh**.", { sources: [{ title: "Your readings", url: "/consumption" }] })];
      return HttpResponse.json(messages[0], { status: 201 });
    }),
  );
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await person.type(await screen.findByLabelText("Write a message"), "How much today?{Enter}");
  expect(await screen.findByText("How much today?")).toBeVisible();
  expect(await screen.findByText("2.4 kWh")).toBeVisible();
  expect(screen.getByRole("link", { name: "Your readings" })).toHaveAttribute("href", "/consumption");
});

test("what is written before it is known which conversation is open goes into that one", async () => {
  let find = () => {};
  const found = new Promise<void>((resolve) => (find = resolve));
  const sent: string[] = [];
  server.use(
    http.get("*/api/support/conversations/mine", async () => {
      await found;
      return HttpResponse.json({ items: [CONVERSATION], total: 1 });
    }),
    http.post("*/api/support/conversations", () => {
      sent.push("a new one");
      return HttpResponse.json({ ...CONVERSATION, id: "c-2" }, { status: 201 });
    }),
    http.post("*/api/support/conversations/:id/messages", ({ params }) => {
      sent.push(String(params["id"]));
      return HttpResponse.json(said(1, "client", "Hello"), { status: 201 });
    }),
  );
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await person.type(await screen.findByLabelText("Write a message"), "Hello{Enter}");
  find();
  await waitFor(() => expect(sent).toEqual(["c-1"]));
});

test("of an answer whose end was missed while the link was broken, nothing half-written stays", async () => {
  const begun = vi.spyOn(link, "begun");
  onTestFinished(() => begun.mockRestore());
  const tell = socket();
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await screen.findByText(/Ask about your consumption/);
  tell({ type: "message.token", conversation_id: "c-1", message_id: "m-2", index: 0, text: "Your use was" });
  expect(await screen.findByText("Your use was")).toBeInTheDocument();
  act(() => begun.mock.calls.forEach(([starter]) => starter(false)));
  expect(screen.queryByText("Your use was")).toBeNull();
  expect(screen.queryByRole("button", { name: "Stop the answer" })).toBeNull();
});

test("an answer that is being written can be stopped", async () => {
  let stopped = 0;
  server.use(
    http.post("*/api/support/conversations/c-1/stop", () => {
      stopped += 1;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const tell = socket();
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await screen.findByText(/Ask about your consumption/);
  expect(screen.queryByRole("button", { name: "Stop the answer" })).toBeNull();
  tell({ type: "message.token", conversation_id: "c-1", message_id: "m-2", index: 0, text: "Your use was" });
  await person.click(await screen.findByRole("button", { name: "Stop the answer" }));
  await waitFor(() => expect(stopped).toBe(1));
  tell({ type: "generation.ended", conversation_id: "c-1", message_id: "m-2" });
  expect(screen.queryByRole("button", { name: "Stop the answer" })).toBeNull();
});

test("a person can be asked for at any time", async () => {
  let asked = 0;
  server.use(
    http.post("*/api/support/conversations/c-1/hand-over", () => {
      asked += 1;
      return HttpResponse.json(CONVERSATION);
    }),
  );
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  const button = await screen.findByRole("button", { name: "Talk to a person" });
  await waitFor(() => expect(button).toBeEnabled());
  await person.click(button);
  await waitFor(() => expect(asked).toBe(1));
});

test.each([
  { before: "no conversation", items: [], done: ["begin in en", "hand over c-2"] },
  { before: "a resolved conversation", items: [{ ...CONVERSATION, state: "resolved" }], done: ["hand over c-1"] },
])("with $before, who asks for a person at once waits for one", async ({ items, done }) => {
  const asked: string[] = [];
  let mine: object[] = items;
  server.use(
    http.get("*/api/support/conversations/mine", () => HttpResponse.json({ items: mine, total: mine.length })),
    http.get("*/api/support/conversations/c-2/messages", () => HttpResponse.json([])),
    http.post("*/api/support/conversations", async ({ request }) => {
      const { language } = (await request.json()) as { language: string };
      asked.push(`begin in ${language}`);
      return HttpResponse.json({ ...CONVERSATION, id: "c-2" }, { status: 201 });
    }),
    http.post("*/api/support/conversations/:id/hand-over", ({ params }) => {
      asked.push(`hand over ${String(params["id"])}`);
      mine = [{ ...CONVERSATION, id: params["id"], state: "waiting", position: 1 }];
      return HttpResponse.json(mine[0]);
    }),
  );
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  const button = await screen.findByRole("button", { name: "Talk to a person" });
  await person.click(button);
  await waitFor(() => expect(button).not.toBeInTheDocument());
  expect(asked).toEqual(done);
});

const RESOLVED = { ...CONVERSATION, state: "resolved", resolved_at: "2026-11-23T10:00:00Z" };

test.each([
  { rated: "never", rating: null, isAsked: true },
  { rated: "when it was resolved before", rating: { score: 2, comment: "", at: "2026-11-20T10:00:00Z" }, isAsked: true },
  { rated: "since", rating: { score: 2, comment: "", at: "2026-11-23T10:01:00Z" }, isAsked: false },
])("of a resolved conversation that was rated $rated, a rating is asked for: $isAsked", async ({ rating, isAsked }) => {
  server.use(http.get("*/api/support/conversations/mine", () => HttpResponse.json({ items: [{ ...RESOLVED, rating }], total: 1 })));
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await screen.findByText(/Ask about your consumption/);
  expect(screen.queryAllByRole("button", { name: /of 5/ }).length > 0).toBe(isAsked);
});

test("a file is put into the conversation, and the message names it", async () => {
  const uploaded: string[] = [];
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/support/conversations/c-1/attachments", ({ request }) => {
      uploaded.push(new URL(request.url).searchParams.get("name")!);
      return HttpResponse.json({ id: "f-1", name: "bill.pdf", content_type: "application/pdf", size: 3 }, { status: 201 });
    }),
    http.post("*/api/support/conversations/c-1/messages", async ({ request }) => {
      const { text, attachment_ids } = (await request.json()) as { text: string; attachment_ids: string[] };
      sent.push({ text, attachment_ids });
      messages = [said(1, "client", "", { attachments: [{ id: "f-1", name: "bill.pdf", content_type: "application/pdf", size: 3 }] })];
      return HttpResponse.json(messages[0], { status: 201 });
    }),
  );
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await person.upload(await screen.findByLabelText("Attach images or PDF", { selector: "input" }), new File(["%PDF"], "bill.pdf", { type: "application/pdf" }));
  await person.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByRole("button", { name: /Download.*bill.pdf/ })).toBeVisible();
  expect(uploaded).toEqual(["bill.pdf"]);
  expect(sent).toEqual([{ text: "", attachment_ids: ["f-1"] }]);
});

function unavailable() {
  return HttpResponse.json({ title: "Unavailable", status: 503, detail: "Later." }, { status: 503 });
}

/** A server that takes a message only when it is tried again; the ids that it was sent under. */
function takingTheSecondTry(): string[] {
  const tried: string[] = [];
  server.use(
    http.post("*/api/support/conversations/c-1/messages", async ({ request }) => {
      const { text, client_message_id } = (await request.json()) as { text: string; client_message_id: string };
      tried.push(client_message_id);
      if (tried.length === 1) return unavailable();
      messages = [said(1, "client", text, { client_message_id, state: "delivered" })];
      return HttpResponse.json(messages[0], { status: 201 });
    }),
  );
  return tried;
}

test("what did not get through stays, and is the same message when it is tried again", async () => {
  const tried = takingTheSecondTry();
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  await person.type(await screen.findByLabelText("Write a message"), "Is anybody there?{Enter}");
  expect(await screen.findByText("Not sent.")).toBeVisible();
  expect(screen.getByText("Is anybody there?")).toBeVisible();
  await person.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Delivered")).toBeVisible();
  expect(screen.queryByText("Not sent.")).toBeNull();
  expect(tried).toEqual([tried[0], tried[0]]);
});

test("what did not get through is still there after a reload", async () => {
  const tried = takingTheSecondTry();
  const before = show(<ChatLauncher />);
  await before.person.click(await screen.findByRole("button", { name: /Help/ }));
  await before.person.type(await screen.findByLabelText("Write a message"), "Is anybody there?{Enter}");
  await screen.findByText("Not sent.");
  before.unmount();

  const after = show(<ChatLauncher />);
  expect(await screen.findByText("Is anybody there?")).toBeVisible();
  await after.person.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByText("Not sent.")).toBeNull());
  expect(tried).toEqual([tried[0], tried[0]]);
  after.unmount();

  show(<ChatLauncher />);
  expect(await screen.findByText("Is anybody there?")).toBeVisible();
  expect(screen.queryByText("Not sent.")).toBeNull();
});

test("what was discarded does not come back with a reload", async () => {
  server.use(http.post("*/api/support/conversations/c-1/messages", unavailable));
  const before = show(<ChatLauncher />);
  await before.person.click(await screen.findByRole("button", { name: /Help/ }));
  await before.person.type(await screen.findByLabelText("Write a message"), "Is anybody there?{Enter}");
  await before.person.click(await screen.findByRole("button", { name: "Discard the message" }));
  before.unmount();
  show(<ChatLauncher />);
  await screen.findByText(/Ask about your consumption/);
  expect(screen.queryByText("Is anybody there?")).toBeNull();
});

test("an answer says enough about how far the message before it has come", async () => {
  messages = [said(1, "client", "Hello"), said(2, "bot", "Good day."), said(3, "system", "Resolved")];
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  expect(await screen.findByText("Good day.")).toBeVisible();
  expect(screen.queryByText("Sent")).toBeNull();
});

test("a vote that was given is shown, and how far the newest message has come is told as it is read", async () => {
  messages = [said(1, "client", "Hello"), said(2, "bot", "Good day.", { helpful: true }), said(3, "client", "Thanks", { state: "delivered" })];
  const tell = socket();
  const { person } = show(<ChatLauncher />);
  await person.click(await screen.findByRole("button", { name: /Help/ }));
  expect(await screen.findByRole("button", { name: "This helped" })).toHaveAttribute("aria-pressed", "true");
  expect(screen.getByText("Delivered")).toBeVisible();
  expect(screen.queryByText("Sent")).toBeNull();
  messages[2]!.state = "read";
  tell({ type: "message.read", conversation_id: "c-1", author: "administrator", sequence: 3 });
  expect(await screen.findByText("Read")).toBeVisible();
});
