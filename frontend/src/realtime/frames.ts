import type { Schemas } from "@/api/client";

/** Frames of the socket, as `docs/realtime.md` has them; those alone that somebody here listens to. */

export interface Position {
  stream: string;
  sequence: number;
}

interface Durable {
  sequence: number;
  id: string;
  time: string;
}

export type AlertFrame = Durable & {
  type: "alert.raised" | "alert.acknowledged" | "alert.cleared" | "alert.snoozed" | "alert.escalated";
  data: Schemas["AlertAnswer"];
};

export interface LiveDevice {
  device_id: number;
  power_w: number | null;
  today_kwh: number;
  at: string | null;
}

export type LiveFrame = { type: "live"; devices: LiveDevice[] };
export type IngestFrame = { type: "ingest"; accepted: number; duplicate: number; rejected: number };

export type MessageFrame = Durable & { type: "message.posted"; data: { conversation_id: string; id: string } };
export type ConversationFrame = Durable & {
  type: `conversation.${"started" | "handed_over" | "assigned" | "released" | "resolved" | "updated"}`;
  data: { id: string };
};
export type TokenFrame = { type: "message.token"; conversation_id: string; message_id: string; index: number; text: string };
export type ReadFrame = { type: "message.read"; conversation_id: string; author: Schemas["Author"]; sequence: number };
export type EndedFrame = { type: "generation.ended"; conversation_id: string; message_id: string };
export type TypingFrame = { type: "typing"; conversation_id: string; author: Schemas["Author"]; name: string; active: boolean };

export type Frame = AlertFrame | LiveFrame | IngestFrame | MessageFrame | ConversationFrame | TokenFrame | ReadFrame | EndedFrame | TypingFrame;

/** What the link itself is about; nobody else hears of it. */
export type LinkFrame =
  | { type: "welcome"; token_ends_at: string; heartbeat_s: number }
  | { type: "started"; reply_to: string; position: Position; recovered: boolean }
  | { type: "authenticated"; token_ends_at: string }
  | { type: "accepted"; reply_to: string }
  | { type: "error"; reply_to: string | null; code: string; detail: string; retry_after_s?: number | null }
  | { type: "heartbeat" };

export type ServerFrame = Frame | LinkFrame;

export type ClientFrame =
  | { type: "start"; id: string; channels: string[]; after?: Position }
  | { type: "subscribe" | "unsubscribe"; id: string; channel: string }
  | { type: "authenticate"; id: string; token: string }
  | { type: "chat"; id: string; command: object };
