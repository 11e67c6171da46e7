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

const newest = new Map<number, LiveDevice>();
const watchers = new Set<() => void>();

link.hear((frame) => {
  if (frame.type !== "live") return;
  for (const device of frame.devices) newest.set(device.device_id, device);
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

/** The power of several devices together; null: of none of them it is known. */
export function useLivePower(devices: readonly number[]): number | null {
  return useSyncExternalStore(watchLive, () =>
    devices.reduce<number | null>((sum, id) => {
      const power = newest.get(id)?.power_w ?? null;
      return power === null ? sum : (sum ?? 0) + power;
    }, null),
  );
}

/** Of who was signed in before, nothing stays. */
export function forgetLive() {
  newest.clear();
}
