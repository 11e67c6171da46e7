import { useQuery } from "@tanstack/react-query";
import { act, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { toast } from "sonner";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { begin } from "@/api/session";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { useRealtime } from "./use-realtime";

/** The other end. */
class Socket {
  static readonly OPEN = 1;
  static last: Socket | undefined;
  readyState = Socket.OPEN;
  sent: { type: string; channels?: string[] }[] = [];
  onmessage: (event: { data: string }) => void = () => {};
  constructor() {
    Socket.last = this;
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as never);
  }
  close() {}
  tell(frame: object) {
    act(() => this.onmessage({ data: JSON.stringify(frame) }));
  }
  welcome(recovered = true) {
    this.tell({ type: "welcome", token_ends_at: new Date(Date.now() + 600_000).toISOString(), heartbeat_s: 25 });
    this.tell({ type: "started", reply_to: "1", position: { stream: "s", sequence: 1 }, recovered });
  }
}

beforeEach(() => {
  Socket.last = undefined;
  vi.stubGlobal("WebSocket", Socket);
  server.use(http.post("*/api/realtime/tickets", () => HttpResponse.json({ ticket: "ticket" })));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  { role: "administrator" as const, isTold: true },
  { role: "operator" as const, isTold: false },
])("of a client who waits, a person who is $role is told: $isTold", async ({ role, isTold }) => {
  begin({ accessToken: "token", userId: "u-1", role });
  let loads = 0;
  function Page() {
    useRealtime();
    useQuery({ queryKey: ["notifications"], queryFn: () => (loads += 1) });
    return null;
  }
  const toasted = vi.spyOn(toast, "info");
  onTestFinished(() => toasted.mockRestore());
  show(<Page />);
  await waitFor(() => Socket.last ?? expect.unreachable());
  Socket.last!.welcome();
  const { channels } = Socket.last!.sent.find(({ type }) => type === "start")!;
  expect(channels!.includes("staff/conversations")).toBe(isTold);
  Socket.last!.tell({ type: "conversation.handed_over", sequence: 2, id: "e-1", time: "2026-11-23T10:00:00Z", data: { id: "c-1" } });
  await waitFor(() => expect(loads).toBe(isTold ? 2 : 1));
  expect(toasted).toHaveBeenCalledTimes(isTold ? 1 : 0);
});

const SHOWN = ["alerts", "notifications", "conversation", "messages", "inbox", "inbox-conversation"];

test.each([
  { recovered: false, loads: 2 },
  { recovered: true, loads: 1 },
])("with recovered: $recovered, chat and inbox are loaded $loads times in all", async ({ recovered, loads }) => {
  const asked: string[] = [];
  function Page() {
    useRealtime();
    return SHOWN.map((key) => <Shown key={key} name={key} />);
  }
  function Shown({ name }: { name: string }) {
    useQuery({ queryKey: [name, "c-1"], queryFn: () => asked.push(name) });
    return null;
  }
  show(<Page />);
  await waitFor(() => Socket.last ?? expect.unreachable());
  await waitFor(() => expect(asked).toHaveLength(SHOWN.length));
  Socket.last!.welcome(recovered);
  await act(async () => {});
  await waitFor(() => expect(asked.toSorted()).toEqual(SHOWN.flatMap((key) => Array<string>(loads).fill(key)).toSorted()));
});
