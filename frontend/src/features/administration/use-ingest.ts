import { useState } from "react";

import { useChannel, useFrames } from "@/realtime";
import type { IngestFrame } from "@/realtime/frames";

/** Frames come once a second: a minute of them. */
const KEPT = 60;

export interface Ingest {
  /** Readings a second, the newest last. */
  perSecond: readonly number[];
  /** Their mean. Meters send in bursts, so a single second says little. */
  mean: number;
}

/** What comes in, as the socket tells it; null: it has not told yet. */
export function useIngest(): Ingest | null {
  const [perSecond, setPerSecond] = useState<readonly number[]>([]);
  useChannel("staff/ingest");
  useFrames((frame) => {
    if (frame.type === "ingest") setPerSecond((before) => [...before, received(frame as IngestFrame)].slice(-KEPT));
  });
  if (perSecond.length === 0) return null;
  return { perSecond, mean: perSecond.reduce((sum, rate) => sum + rate, 0) / perSecond.length };
}

const received = ({ accepted, duplicate, rejected }: IngestFrame) => accepted + duplicate + rejected;
