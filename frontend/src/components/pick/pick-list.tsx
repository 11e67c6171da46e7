import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { LoadFailed } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";

/** As many as fit; the search finds the others. */
export const SHOWN = 8;

interface PickListProps<Item> {
  label: string;
  searchLabel: string;
  search: string;
  onSearch: (text: string) => void;
  /** One of them, or several. */
  by: "radio" | "checkbox";
  found: UseQueryResult<{ items: readonly Item[] }>;
  keyOf: (item: Item) => string | number;
  describe: (item: Item) => { name: string; text: string };
  isChosen: (item: Item) => boolean;
  /** What cannot be chosen, because it is there already. */
  isThere?: (item: Item) => boolean;
  onToggle: (item: Item) => void;
}

/** Something is picked by its name; nobody has to know an id. */
export function PickList<Item>({ label, searchLabel, search, onSearch, by, found, keyOf, describe, isChosen, isThere, onToggle }: PickListProps<Item>) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-3">
      <SearchInput leads label={searchLabel} value={search} onSearch={onSearch} />
      {found.isPending && <SkeletonRows count={3} />}
      {found.isError && <LoadFailed error={found.error} retry={() => void found.refetch()} className="py-4" />}
      {found.data && (
        <ul className="max-h-64 overflow-y-auto rounded-lg border" aria-label={label}>
          {found.data.items.map((item) => {
            const { name, text } = describe(item);
            const there = isThere?.(item) ?? false;
            return (
              <li key={keyOf(item)} className="border-b last:border-0">
                <label className={cn("flex items-center gap-3 px-3 py-2 text-sm", !there && "cursor-pointer hover:bg-sunken")}>
                  <input
                    type={by}
                    name={label}
                    className="accent-accent"
                    checked={there || isChosen(item)}
                    disabled={there}
                    onChange={() => onToggle(item)}
                  />
                  <span className="min-w-0">
                    <span className="block font-medium">{name}</span>
                    <span className="block truncate text-soft">{text}</span>
                  </span>
                </label>
              </li>
            );
          })}
          {found.data.items.length === 0 && <li className="px-3 py-4 text-center text-sm text-soft">{t("state.nothingFound")}</li>}
        </ul>
      )}
    </div>
  );
}
