/** When the clocks of a zone show `2026-11-23T16:05`. Of an hour that comes twice it is the first. */
export function instantOf(shown: string, zone: string): Date {
  const wanted = Date.parse(`${shown.replace(" ", "T")}Z`);
  const guess = wanted - aheadOfUtc(zone, wanted - DAY_MS);
  const again = wanted - aheadOfUtc(zone, guess);
  return new Date(guess + aheadOfUtc(zone, guess) === wanted ? guess : again);
}

const DAY_MS = 86_400_000;

/** How far (ms) a zone's clocks are ahead of UTC at a moment. */
function aheadOfUtc(zone: string, moment: number): number {
  if (Number.isNaN(moment)) return NaN;
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(moment);
  return Date.parse(`${shown.replace(" ", "T")}Z`) - Math.floor(moment / 1000) * 1000;
}
