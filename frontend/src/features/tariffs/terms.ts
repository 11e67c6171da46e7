import type { CalendarDate } from "@/lib/dates";
import type { Terms } from "./api/use-tariffs";

export type Standing = "past" | "inForce" | "coming";

/** The version that holds on a day; the first holds for all time before it as well. */
export function termsOn(versions: readonly Terms[], day: CalendarDate): Terms | undefined {
  return versions.findLast(({ valid_from }) => valid_from <= day) ?? versions[0];
}

export function standingOf(terms: Terms, versions: readonly Terms[], today: CalendarDate): Standing {
  const now = termsOn(versions, today);
  if (terms === now) return "inForce";
  return terms.valid_from > today ? "coming" : "past";
}

/** The lowest and the highest price of a kilowatt-hour. */
export function priceRange({ rates }: Terms): [number, number] {
  const prices = rates.map(({ price }) => price);
  return [Math.min(...prices), Math.max(...prices)];
}

/** `versions` with `terms` in place of the version of the day `before`; null: one more. By day. */
export function withTerms<T extends { valid_from: CalendarDate }>(versions: readonly T[], before: CalendarDate | null, terms: T): T[] {
  const others = versions.filter(({ valid_from }) => valid_from !== before);
  return [...others, terms].toSorted((one, other) => one.valid_from.localeCompare(other.valid_from));
}
