import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

const TONES = {
  plain: "bg-sunken text-soft",
  good: "bg-accent-wash text-accent",
  warn: "bg-warn-wash text-warn",
  bad: "bg-bad-wash text-bad",
  info: "bg-info-wash text-info",
};

export type Tone = keyof typeof TONES;

export function Badge({ tone = "plain", className, children }: { tone?: Tone; className?: string; children: ReactNode }) {
  return (
    <span
      className={cn("inline-flex items-center gap-1 rounded-md px-1.5 py-0.5 text-xs font-medium whitespace-nowrap", TONES[tone], className)}
    >
      {children}
    </span>
  );
}
