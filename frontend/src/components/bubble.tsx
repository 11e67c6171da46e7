import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

const LOOKS = {
  mine: "ml-auto rounded-br-md bg-accent whitespace-pre-wrap text-accent-ink",
  theirs: "rounded-bl-md bg-sunken",
  note: "ml-auto rounded-br-md border border-dashed border-warn bg-warn-wash whitespace-pre-wrap",
};

/** What somebody says. */
export function Bubble({ of = "theirs", faded = false, children }: { of?: keyof typeof LOOKS; faded?: boolean; children: ReactNode }) {
  return (
    <div
      className={cn(
        "w-fit max-w-[85%] rounded-2xl px-3.5 py-2 text-sm wrap-anywhere [&_a]:underline [&_li]:ml-4 [&_li]:list-disc [&_p+p]:mt-2 [&_ul]:my-1",
        LOOKS[of],
        faded && "opacity-60",
      )}
    >
      {children}
    </div>
  );
}
