import { isCalendarDate } from "@/lib/dates";
import { useSearch } from "@/lib/use-search";
import { COMPARISONS, RANGES, grainsOf, type Calendar, type Grain } from "./calendar";

const LOOKS = ["chart", "heat", "table"] as const;

function oneOf<Value extends string>(values: readonly Value[], given: string | null, otherwise: Value): Value {
  return values.find((value) => value === given) ?? otherwise;
}

function dateOf(given: string | null) {
  return isCalendarDate(given) ? given : null;
}

export type View = ReturnType<typeof useView>;

/** What is looked at, kept in the address: it can be sent to somebody, and survives a reload. */
export function useView() {
  const [search, set] = useSearch();
  return {
    device: Number(search.get("device")) || null,
    site: Number(search.get("site")) || null,
    range: oneOf(RANGES, search.get("range"), "day"),
    date: dateOf(search.get("date")),
    hour: search.get("hour"),
    from: dateOf(search.get("from")),
    to: dateOf(search.get("to")),
    by: search.get("by") as Grain | null,
    compare: oneOf(COMPARISONS, search.get("compare"), "none"),
    split: search.get("split") === "devices",
    measure: oneOf(["energy", "cost"] as const, search.get("measure"), "energy"),
    direction: search.get("direction"),
    shape: oneOf(["bars", "line"] as const, search.get("shape"), "bars"),
    as: oneOf(LOOKS, search.get("as"), "chart"),
    set,
  };
}

/** How fine it is shown: as wanted, where that makes sense for so long a time. */
export function grainOf(view: Pick<View, "by">, calendar: Calendar): Grain {
  const grains = grainsOf(calendar);
  return oneOf(grains, view.by, grains[0]);
}

/** What one looks at for an hour or a day has no weekdays to compare. */
export function lookOf(view: Pick<View, "as">, { days }: Calendar): View["as"] {
  return view.as === "heat" && days < 7 ? "chart" : view.as;
}
