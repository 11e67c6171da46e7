/** A number as people type it, with a point or a comma; NaN for anything else, nothing too. */
export function decimalOf(text: string): number {
  const typed = text.trim().replace(",", ".");
  return typed === "" ? NaN : Number(typed);
}
