import { ToggleGroup } from "radix-ui";

import { cn } from "@/lib/cn";

interface ChipsProps<Value extends string> {
  label: string;
  chosen: readonly Value[];
  options: readonly { value: Value; label: string }[];
  onChange: (chosen: Value[]) => void;
  /** How many stand in a row. */
  className: string;
}

/** Some of a few, at least one, all in sight. */
export function Chips<Value extends string>({ label, chosen, options, onChange, className }: ChipsProps<Value>) {
  return (
    <ToggleGroup.Root
      type="multiple"
      aria-label={label}
      value={[...chosen]}
      onValueChange={(next) => next.length > 0 && onChange(next as Value[])}
      className={cn("grid gap-1", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="h-7 rounded-md border border-transparent text-xs text-soft hover:text-ink data-[state=on]:border-line data-[state=on]:bg-card data-[state=on]:font-medium data-[state=on]:text-ink"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
