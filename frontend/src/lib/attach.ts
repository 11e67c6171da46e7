/** What may be sent along with a message; the server looks at what is in it, and not at what it is called. */
export const ATTACHABLE = "image/png,image/jpeg,image/gif,image/webp,application/pdf";
const LARGEST = 5 << 20;
const MOST = 5;

export interface Sorted {
  kept: File[];
  /** Names of those that are too large, of another kind, or too many. */
  refused: string[];
}

/** Of what somebody has chosen, what can be sent with `before`. */
export function sorted(before: readonly File[], chosen: readonly File[]): Sorted {
  const fits = (file: File) => ATTACHABLE.split(",").includes(file.type) && file.size > 0 && file.size <= LARGEST;
  const good = chosen.filter(fits);
  const kept = [...before, ...good].slice(0, MOST);
  return { kept, refused: chosen.filter((file) => !kept.includes(file)).map(({ name }) => name) };
}
