import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Card } from "@/components/ui/card";
import { MoreButton } from "@/components/ui/more-button";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useOffset, useSearch } from "@/lib/use-search";

interface Listing<Item> {
  /** What narrows the list, above it. */
  filters?: ReactNode;
  isNarrow?: boolean;
  /** What an empty list means, and what to do next. */
  none: { icon: LucideIcon; title: string; text: string };
  children: (items: readonly Item[]) => ReactNode;
}

interface PagedListProps<Item> extends Listing<Item> {
  of: UseQueryResult<{ items: readonly Item[]; total: number }>;
  size: number;
  /** So far is counted. */
  counted?: number;
}

/** A list with pages; which of them is shown stands in the address. */
export function PagedList<Item>({ of, size, counted = Infinity, ...listing }: PagedListProps<Item>) {
  const [, set] = useSearch();
  const offset = useOffset();
  return (
    <ListCard
      of={of}
      items={of.data?.items}
      foot={
        of.data && (
          <Pager offset={offset} size={size} total={of.data.total} counted={counted} onOffset={(next) => set({ offset: String(next) })} />
        )
      }
      {...listing}
    />
  );
}

interface GrowingListProps<Item> extends Listing<Item> {
  of: UseInfiniteQueryResult<InfiniteData<{ items: readonly Item[] }>>;
  more: string;
}

/** A list whose end nobody knows: it grows as it is asked for more. */
export function GrowingList<Item>({ of, more, ...listing }: GrowingListProps<Item>) {
  const items = of.data?.pages.flatMap((page) => page.items);
  return <ListCard of={of} items={items} foot={<MoreButton of={of} text={more} />} {...listing} />;
}

interface ListCardProps<Item> extends Listing<Item> {
  of: Pick<UseQueryResult, "isPending" | "isError" | "error" | "refetch">;
  items: readonly Item[] | undefined;
  foot?: ReactNode;
}

/** The rows of a list, or what is to be said in their place. */
export function ListCard<Item>({ of, items, filters, isNarrow, none, foot, children }: ListCardProps<Item>) {
  const { t } = useTranslation();
  return (
    <Card>
      {filters && <div className="flex flex-wrap gap-2 px-4 py-3 sm:px-5">{filters}</div>}
      {of.isPending && <SkeletonRows />}
      {of.isError && <LoadFailed error={of.error} retry={() => void of.refetch()} />}
      {items?.length === 0 && (
        <Notice icon={none.icon} title={isNarrow ? t("state.nothingFound") : none.title}>
          {isNarrow ? t("state.nothingFoundText") : none.text}
        </Notice>
      )}
      {items && items.length > 0 && children(items)}
      {foot}
    </Card>
  );
}
