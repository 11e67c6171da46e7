import { Search } from "lucide-react";
import { useEffect, useState } from "react";

import { cn } from "@/lib/cn";
import { useDebounced } from "@/lib/use-debounced";
import { Input } from "./input";

interface SearchInputProps {
  label: string;
  value: string;
  onSearch: (text: string) => void;
  /** What the dialog around it is for: as wide as that, and ready to be typed into. */
  leads?: boolean;
}

/** Tells what was typed once the typing pauses. */
export function SearchInput({ label, value, onSearch, leads = false }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const settled = useDebounced(typed);
  useEffect(() => {
    if (settled !== value) onSearch(settled);
    // Only what is typed leads; the address follows.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <span className={cn("relative block w-full", !leads && "sm:w-72")}>
      <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-soft" aria-hidden />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="pl-9"
        autoFocus={leads}
      />
    </span>
  );
}
