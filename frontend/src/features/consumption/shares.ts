import { layerColour } from "./colours";
import type { Layer } from "./drawing";
import type { Choice } from "./use-choices";

/**
 * What each device used by itself: of one that others are behind, what they leave of it. Meters are not read at the same
 * moment, so a little can be missing; less than nothing is nothing.
 */
export function sharesOf(
  devices: readonly Choice[],
  valuesOf: ReadonlyMap<number, readonly (number | null)[]>,
  places: number,
  restOf: (name: string) => string,
): Layer[] {
  return devices.map(({ id, name }, index) => {
    const behind = devices.filter(({ parent }) => parent === id);
    const values = Array.from({ length: places }, (_, place) => {
      const whole = valuesOf.get(id)?.[place] ?? null;
      const elsewhere = behind.reduce((sum, child) => sum + (valuesOf.get(child.id)?.[place] ?? 0), 0);
      return whole === null ? null : Math.max(0, whole - elsewhere);
    });
    return { name: behind.length > 0 ? restOf(name) : name, colour: layerColour(index), values };
  });
}
