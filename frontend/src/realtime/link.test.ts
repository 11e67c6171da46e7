import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Frame } from "./frames";
import { Link } from "./link";
import { pauseMs } from "./pause";

/** The other end. */
class Socket {
  static readonly OPEN = 1;
  readyState = Socket.OPEN;
  sent: { type: string; [key: string]: unknown }[] = [];
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};
  send(text: string) {
    this.sent.push(JSON.parse(text) as never);
  }
  close() {
    this.readyState = 3;
  }
  tell(frame: object) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  welcome(sequence = 0, recovered = true) {
    this.tell({ type: "welcome", token_ends_at: new Date(Date.now() + 600_000).toISOString(), heartbeat_s: 25 });
    this.tell({ type: "started", reply_to: "1", position: { stream: "s", sequence }, recovered });
  }
}

let sockets: Socket[];
let link: Link;
let token: string | null;

const last = () => sockets.at(-1)!;
const said = (type: string) => last().sent.filter((frame) => frame.type === type);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  sockets = [];
  token = "newer";
  link = new Link({
    ticket: () => Promise.resolve("ticket"),
    open: () => (sockets.push(new Socket()), last() as unknown as WebSocket),
    newToken: () => Promise.resolve(token),
    random: () => 0,
  });
  link.join("alerts");
  link.start();
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  link.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function breakAndComeBack(code = 1006) {
  last().onclose({ code });
  await vi.advanceTimersByTimeAsync(2_000);
}

describe("the socket of a tab", () => {
  test("asks for its channels, and goes on after the last frame when the link breaks", async () => {
    const heard: Frame[] = [];
    link.hear((frame) => heard.push(frame));
    last().welcome(17);
    last().tell({ type: "alert.raised", sequence: 19, data: {} });
    await breakAndComeBack();
    last().welcome(19);
    expect(sockets).toHaveLength(2);
    expect(said("start")[0]).toMatchObject({ channels: ["alerts"], after: { stream: "s", sequence: 19 } });
    expect(heard).toHaveLength(1);
  });

  test("says so when what was missed is not there any more", () => {
    const gap = vi.fn();
    link.begun((recovered) => recovered || gap());
    last().welcome(0, false);
    expect(gap).toHaveBeenCalledOnce();
  });

  test("silence for two heartbeats is a dead link", async () => {
    last().welcome();
    await vi.advanceTimersByTimeAsync(49_000);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sockets).toHaveLength(2);
  });

  test("hands over a newer token before the old one ends", async () => {
    last().welcome();
    for (let minute = 0; minute < 9; minute++) {
      await vi.advanceTimersByTimeAsync(60_000 / 2);
      last().tell({ type: "heartbeat" });
      await vi.advanceTimersByTimeAsync(60_000 / 2);
      last().tell({ type: "heartbeat" });
    }
    expect(said("authenticate")[0]).toMatchObject({ token: "newer" });
    expect(sockets).toHaveLength(1);
  });

  test("stays away once the session has ended, and where it is not wanted", async () => {
    token = null;
    last().welcome();
    await breakAndComeBack(4003);
    expect(sockets).toHaveLength(1);
    expect(link.getState()).toBe("off");
  });

  test("repeats a command under the same id until the server has it", async () => {
    last().welcome();
    link.command("c-1", { type: "message.send", text: "Why?" });
    await breakAndComeBack();
    last().welcome();
    expect(said("chat")).toEqual([{ type: "chat", id: "c-1", command: { type: "message.send", text: "Why?" } }]);
    last().tell({ type: "accepted", reply_to: "c-1" });
    await breakAndComeBack();
    last().welcome();
    expect(said("chat")).toEqual([]);
  });

  test("two who want a channel ask once, and let go of it together", () => {
    last().welcome();
    const [one, other] = [link.join("live"), link.join("live")];
    one();
    expect(said("subscribe")).toHaveLength(1);
    expect(said("unsubscribe")).toHaveLength(0);
    other();
    expect(said("unsubscribe")).toHaveLength(1);
  });
});

test("the pause grows up to half a minute, and is never the same for all", () => {
  expect(pauseMs(0, 1)).toBe(500);
  expect(pauseMs(3, 0)).toBe(2_000);
  expect(pauseMs(50, 1)).toBe(30_000);
});
