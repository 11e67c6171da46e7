import { cn } from "@/lib/cn";

/** How much of something is used; what is over stays within the bar and changes its colour. The label says it in words. */
export function Meter({ label, share }: { label: string; share: number }) {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  return (
    <div className="grid gap-1.5 text-sm">
      <span>{label}</span>
      <svg viewBox="0 0 100 2" preserveAspectRatio="none" className="h-2 w-full overflow-hidden rounded-full" aria-hidden>
        <rect width="100" height="2" className="fill-line" />
        <rect width={percent} height="2" className={cn(share > 1 ? "fill-warn" : "fill-accent")} />
      </svg>
    </div>
  );
}
