import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

import { api, data } from "@/api/client";
import { refresh } from "@/api/refresh";
import { accessToken } from "@/api/session";
import type { Frame, LiveDevice } from "./frames";
import { Link, type LinkState, type Starter } from "./link";

/** The one socket of this tab. */
export const link = new Link({
  ticket: async () => (await data(api.POST("/api/realtime/tickets"))).ticket,
  open: (ticket) => new WebSocket(`${window.location.origin.replace(/^http/, "ws")}/api/realtime?ticket=${encodeURIComponent(ticket)}`),
  newToken: async () => ((await refresh()) ? accessToken() : null),
  random: Math.random,
});

if (typeof window !== "undefined") window.addEventListener("online", () => link.hurry());

export const useLinkState = (): LinkState => useSyncExternalStore(link.watch, link.getState);

/** Listens as long as it is shown. */
export function useChannel(channel: string | null) {
  useEffect(() => (channel === null ? undefined : link.join(channel)), [channel]);
}

export function useFrames(hearer: (frame: Frame) => void) {
  const hear = useEffectEvent(hearer);
  useEffect(() => link.hear(hear), []);
}

/** Hears each time the link is open again. */
export function useStarts(starter: Starter) {
  const begin = useEffectEvent(starter);
  useEffect(() => link.begun(begin), []);
}

let newest: ReadonlyMap<number, LiveDevice> = new Map();
const watchers = new Set<() => void>();

link.hear((frame) => {
  if (frame.type !== "live") return;
  newest = new Map([...newest, ...frame.devices.map((device) => [device.device_id, device] as const)]);
  for (const watcher of watchers) watcher();
});

function watchLive(watcher: () => void) {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

/** Power and today's energy of a device as of this second; undefined: not heard of yet. */
export function useLive(device: number): LiveDevice | undefined {
  return useSyncExternalStore(watchLive, () => newest.get(device));
}

/** The same of all devices that were heard of. */
export const useLives = (): ReadonlyMap<number, LiveDevice> => useSyncExternalStore(watchLive, () => newest);

/** Of who was signed in before, nothing stays. */
export function forgetLive() {
  newest = new Map();
}
