const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** `known` may be a zone that this browser has not heard of; it stays in the list. */
export function ZoneOptions({ known }: { known?: string | undefined }) {
  const zones = known && !ZONES.includes(known) ? [known, ...ZONES] : ZONES;
  return zones.map((zone) => (
    <option key={zone} value={zone}>
      {zone.replaceAll("_", " ")}
    </option>
  ));
}

export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
