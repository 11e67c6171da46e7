const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Grows with every failure, and has chance in it: a thousand browsers must not come back at the same moment. */
export function pauseMs(failures: number, chance: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return longest * (0.5 + chance / 2);
}
