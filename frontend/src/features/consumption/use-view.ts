import type { Schemas } from "@/api/client";
import { isCalendarDate, rangeAround, shifted, todayIn, type Range } from "@/lib/dates";
import { useSearch } from "@/lib/use-search";

export const RANGES = ["day", "week", "month", "year"] as const satisfies readonly Range[];
export const BY = { day: "hour", week: "day", month: "day", year: "month" } as const satisfies Record<Range, Schemas["Period"]>;

function oneOf<Value extends string>(values: readonly Value[], given: string | null): Value {
  return values.find((value) => value === given) ?? values[0]!;
}

export type View = ReturnType<typeof useView>;

/** What is looked at, kept in the address: it can be sent to somebody, and survives a reload. */
export function useView() {
  const [search, set] = useSearch();
  const range = oneOf(RANGES, search.get("range"));
  const given = search.get("date");
  return {
    device: Number(search.get("device")) || null,
    range,
    /** null: today, whatever day that is when it is asked. */
    date: isCalendarDate(given) ? given : null,
    direction: search.get("direction"),
    shape: oneOf(["bars", "line"] as const, search.get("shape")),
    as: oneOf(["chart", "table"] as const, search.get("as")),
    set,
  };
}

/** The calendar of the view in the zone of what is looked at. */
export function calendarOf(view: View, zone: string) {
  const today = todayIn(zone);
  const date = view.date ?? today;
  const { from, to } = rangeAround(date, view.range);
  return {
    date,
    from,
    to,
    last: shifted(to, "day", -1),
    isNow: from <= today && today < to,
    isFuture: from > today,
    previous: shifted(date, view.range, -1),
    next: shifted(date, view.range, 1),
  };
}

export type Calendar = ReturnType<typeof calendarOf>;
