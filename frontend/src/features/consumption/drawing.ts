import type { Schemas } from "@/api/client";
import type { Bar } from "./periods";

/** A share of every bar, of a device of its own. */
export interface Layer {
  name: string;
  /** The name of a colour of the theme. */
  colour: string;
  values: readonly (number | null)[];
}

/** Everything that a chart shows. */
export interface Drawing {
  bars: readonly Bar[];
  /** Bottom to top; empty: the bars are not divided. */
  layers: readonly Layer[];
  /** What the bars are laid beside. */
  compared: readonly (number | null)[] | null;
  limit: number | null;
  shape: "bars" | "line";
  direction: Schemas["Direction"];
}

/** For every layer the sum up to and with it. */
export function stacked(layers: readonly Layer[]): (number | null)[][] {
  const sums: (number | null)[][] = [];
  for (const { values } of layers) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => plus(below?.[index] ?? null, value)));
  }
  return sums;
}

function plus(one: number | null, other: number | null): number | null {
  return one === null && other === null ? null : (one ?? 0) + (other ?? 0);
}
