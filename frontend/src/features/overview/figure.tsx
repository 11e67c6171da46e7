import type { ReactNode } from "react";

import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

interface FigureProps {
  title: string;
  /** undefined: still on its way */
  value: string | undefined;
  aside?: ReactNode;
  isLive?: boolean;
  children?: ReactNode;
}

export function Figure({ title, value, aside, isLive = false, children }: FigureProps) {
  return (
    <Card className="px-4 py-3.5 sm:px-5">
      <h2 className="flex items-center gap-2 text-sm text-soft">
        {title}
        {isLive && (
          <span aria-hidden className="relative flex size-2">
            <span className="absolute inline-flex size-full animate-ping rounded-full bg-accent opacity-60" />
            <span className="relative inline-flex size-2 rounded-full bg-accent" />
          </span>
        )}
      </h2>
      <div className="mt-0.5 flex flex-wrap items-baseline justify-between gap-x-3 whitespace-nowrap text-[1.625rem] leading-9 font-semibold tracking-tight tabular-nums">
        {value ?? <Skeleton className="my-1.5 h-6 w-32" />}
        {aside && <span className="text-base font-medium tracking-normal text-soft">{aside}</span>}
      </div>
      <div className="min-h-10 text-sm xl:min-h-14 text-soft">{children}</div>
    </Card>
  );
}
