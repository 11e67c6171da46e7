import { Search } from "lucide-react";
import { useEffect, useState } from "react";

import { useDebounced } from "@/lib/use-debounced";
import { Input } from "./input";

/** Tells what was typed once the typing pauses. */
export function SearchInput({ label, value, onSearch }: { label: string; value: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const settled = useDebounced(typed);
  useEffect(() => {
    if (settled !== value) onSearch(settled);
    // Only what is typed leads; the address follows.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <span className="relative block w-full sm:w-72">
      <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-soft" aria-hidden />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="pl-9"
      />
    </span>
  );
}
