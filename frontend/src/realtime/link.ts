import type { ClientFrame, Frame, Position, ServerFrame } from "./frames";
import { pauseMs } from "./pause";

export type LinkState = "off" | "opening" | "open" | "waiting";

export type Starter = (recovered: boolean) => void;

/** What a link needs of its surroundings. */
export interface Surroundings {
  /** A new ticket; fails where there is no network or no session. */
  ticket: () => Promise<string>;
  open: (ticket: string) => WebSocket;
  /** A newer access token of the same session; null: the session has ended. */
  newToken: () => Promise<string | null>;
  random: () => number;
}

/** What a socket is closed with, and what that asks for. */
const TOKEN_ENDED = 4001;
const SESSION_ENDED = 4003;
const UNWANTED = 4008;

/** So long before the end of a token the next one is handed over. */
const RENEW_MS = 90_000;

/**
 * One socket, opened again whenever it breaks, that loses no durable frame: it goes on after the last one that it has
 * had. Whoever has `begun` hears each time it is open again, and whether the server could give what was missed: if not,
 * what is shown has to be loaded anew; what passes is not kept anywhere, and lost in any case.
 */
export class Link {
  private state: LinkState = "off";
  private socket: WebSocket | null = null;
  private position: Position | null = null;
  private failures = 0;
  private heartbeatMs = 30_000;
  private serial = 0;
  private readonly channels = new Map<string, number>();
  private readonly unsent = new Map<string, ClientFrame>();
  private readonly hearers = new Set<(frame: Frame) => void>();
  private readonly watchers = new Set<() => void>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly starters = new Set<Starter>();

  constructor(private readonly world: Surroundings) {}

  start() {
    if (this.state !== "off") return;
    this.failures = 0;
    void this.open();
  }

  stop() {
    this.become("off");
    this.clearTimers();
    this.position = null;
    this.unsent.clear();
    this.drop();
  }

  /** At once, instead of after the pause: the network is back. */
  hurry() {
    if (this.state === "waiting") void this.open();
  }

  /** Asks for a channel as long as somebody wants it. */
  join(channel: string): () => void {
    const wanted = this.channels.get(channel) ?? 0;
    this.channels.set(channel, wanted + 1);
    if (wanted === 0) this.tell({ type: "subscribe", id: this.nextId(), channel });
    return () => this.leave(channel);
  }

  hear(hearer: (frame: Frame) => void): () => void {
    this.hearers.add(hearer);
    return () => void this.hearers.delete(hearer);
  }

  begun(starter: Starter): () => void {
    this.starters.add(starter);
    return () => void this.starters.delete(starter);
  }

  /** Repeated over broken links, under the same id, until the server has it. */
  command(id: string, command: object) {
    const frame: ClientFrame = { type: "chat", id, command };
    this.unsent.set(id, frame);
    this.tell(frame);
  }

  readonly getState = (): LinkState => this.state;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  private leave(channel: string) {
    const wanted = (this.channels.get(channel) ?? 1) - 1;
    if (wanted > 0) {
      this.channels.set(channel, wanted);
      return;
    }
    this.channels.delete(channel);
    this.tell({ type: "unsubscribe", id: this.nextId(), channel });
  }

  private async open() {
    this.become("opening");
    this.clearTimers();
    try {
      const ticket = await this.world.ticket();
      if (this.getState() === "opening") this.attach(this.world.open(ticket));
    } catch {
      this.wait();
    }
  }

  private attach(socket: WebSocket) {
    this.socket = socket;
    socket.onmessage = ({ data }) => socket === this.socket && this.receive(JSON.parse(data as string) as ServerFrame);
    socket.onclose = ({ code }) => socket === this.socket && this.closed(code);
    this.expectLife();
  }

  private receive(frame: ServerFrame) {
    this.expectLife();
    switch (frame.type) {
      case "welcome":
        this.heartbeatMs = frame.heartbeat_s * 1000;
        this.renewBefore(frame.token_ends_at);
        this.say({ type: "start", id: this.nextId(), channels: [...this.channels.keys()], after: this.position ?? undefined });
        return;
      case "started":
        this.position = frame.position;
        this.failures = 0;
        this.become("open");
        for (const started of this.starters) started(frame.recovered);
        for (const waiting of this.unsent.values()) this.say(waiting);
        return;
      case "authenticated":
        this.renewBefore(frame.token_ends_at);
        return;
      case "accepted":
        this.unsent.delete(frame.reply_to);
        return;
      case "error":
        this.refused(frame.reply_to, frame.retry_after_s);
        return;
      case "heartbeat":
        return;
      default:
        if ("sequence" in frame && this.position) this.position.sequence = Math.max(this.position.sequence, frame.sequence);
        for (const hearer of this.hearers) hearer(frame);
    }
  }

  private refused(id: string | null, retryAfterS: number | null | undefined) {
    const frame = id === null ? undefined : this.unsent.get(id);
    if (!frame || id === null) return;
    if (retryAfterS == null) this.unsent.delete(id);
    else this.after(`repeat ${id}`, retryAfterS * 1000, () => this.tell(frame));
  }

  private closed(code: number) {
    this.socket = null;
    if (this.state === "off") return;
    if (code === UNWANTED) return this.become("off");
    if (code === TOKEN_ENDED || code === SESSION_ENDED) return void this.openWithNewToken();
    this.wait();
  }

  private async openWithNewToken() {
    this.become("opening");
    if ((await this.world.newToken()) === null) this.stop();
    else this.wait();
  }

  private wait() {
    if (this.state === "off") return;
    this.become("waiting");
    this.clearTimers();
    this.after("open", pauseMs(this.failures++, this.world.random()), () => void this.open());
  }

  /** A link that says nothing for twice the time of a heartbeat is dead, whatever the system thinks of it. */
  private expectLife() {
    this.after("life", 2 * this.heartbeatMs, () => {
      this.drop();
      this.wait();
    });
  }

  private renewBefore(end: string) {
    const left = Date.parse(end) - Date.now();
    this.after("renew", Math.max(1_000, left - RENEW_MS), () => void this.renew());
  }

  private async renew() {
    const token = await this.world.newToken();
    if (token !== null) this.say({ type: "authenticate", id: this.nextId(), token });
  }

  private tell(frame: ClientFrame) {
    if (this.state === "open") this.say(frame);
  }

  private say(frame: ClientFrame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private become(state: LinkState) {
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }

  private after(name: string, ms: number, work: () => void) {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(work, ms));
  }

  private clearTimers() {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private nextId(): string {
    return String(++this.serial);
  }
}
