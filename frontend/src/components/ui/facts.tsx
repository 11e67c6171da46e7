import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

/** Names and what they stand for, a line each. */
export function Facts({ className, children }: { className?: string; children: ReactNode }) {
  return <dl className={cn("px-4 pb-2 sm:px-5", className)}>{children}</dl>;
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[8.5rem_1fr] gap-3 border-t py-2 text-sm">
      <dt className="text-soft">{label}</dt>
      <dd className="min-w-0 wrap-break-word">{children}</dd>
    </div>
  );
}
