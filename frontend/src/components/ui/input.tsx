import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";

import { cn } from "@/lib/cn";

const look =
  "w-full rounded-lg border border-strong-line/70 bg-card px-3 text-sm text-ink placeholder:text-soft aria-invalid:border-bad disabled:opacity-60";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(look, "h-9", className)} {...rest} />;
}

interface FileInputProps extends Omit<ComponentProps<"input">, "type" | "onChange"> {
  onFile: (file: File) => void;
}

export function FileInput({ className, onFile, ...rest }: FileInputProps) {
  return (
    <input
      type="file"
      onChange={({ target }) => target.files?.[0] && onFile(target.files[0])}
      // The same file again, mended meanwhile, is a change as well.
      onClick={({ currentTarget }) => (currentTarget.value = "")}
      className={cn(look, "block px-0 text-soft file:mr-3 file:h-9 file:cursor-pointer file:border-0 file:border-r file:bg-sunken file:px-3 file:text-ink", className)}
      {...rest}
    />
  );
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(look, "min-h-20 py-2", className)} {...rest} />;
}

/** The platform's own list: every keyboard and every phone knows how to use it. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={cn("relative inline-flex", className)}>
      <select className={cn(look, "h-9 appearance-none truncate pr-8")} {...rest}>
        {children}
      </select>
      <ChevronDown className="pointer-events-none absolute top-2.5 right-2.5 size-4 text-soft" aria-hidden />
    </span>
  );
}
