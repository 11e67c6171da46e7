import { cn } from "@/lib/cn";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-sunken", className)} />;
}

interface SkeletonRowsProps {
  count?: number;
  /** So many lines of text has a row of what is to come, which takes the same room then. */
  lines?: 1 | 2;
}

export function SkeletonRows({ count = 6, lines = 1 }: SkeletonRowsProps) {
  return (
    <div className="divide-y" aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={cn("flex items-center gap-6 px-4 sm:px-5", lines === 1 ? "py-3.5" : "h-15")}>
          <Skeleton className="h-4 w-1/4" />
          <Skeleton className="h-4 w-1/3" />
          <Skeleton className="ml-auto h-4 w-16" />
        </div>
      ))}
    </div>
  );
}
