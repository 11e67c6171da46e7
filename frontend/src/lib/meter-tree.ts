interface Meter {
  id: number;
  parent?: { id: number } | null;
}

/** Each meter before those that are behind it; `depth` 0 is what the energy of the site is the sum of. */
export function asTree<M extends Meter>(meters: readonly M[]): { meter: M; depth: number }[] {
  const present = new Set(meters.map(({ id }) => id));
  const above = ({ parent }: M) => (parent && present.has(parent.id) ? parent.id : null);
  const walk = (from: number | null, depth: number): { meter: M; depth: number }[] =>
    meters.filter((meter) => above(meter) === from).flatMap((meter) => [{ meter, depth }, ...walk(meter.id, depth + 1)]);
  return walk(null, 0);
}

/** The meter itself and whatever is behind it, however far: none of these can be its parent. */
export function withAllBehind(meters: readonly Meter[], id: number): ReadonlySet<number> {
  const found = new Set([id]);
  for (const { meter } of asTree(meters)) {
    if (meter.parent && found.has(meter.parent.id)) found.add(meter.id);
  }
  return found;
}
