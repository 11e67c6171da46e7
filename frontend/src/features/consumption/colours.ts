import type { Schemas } from "@/api/client";

/** Diagonals of a square of twelve. */
export const HATCH = "M0 6L6 0M0 12L12 0M6 12L12 6";
const HATCH_SIZE = 12;

export function barColour(direction: Schemas["Direction"]): string {
  return direction === "consumption" ? "--bar" : `--bar-${direction}`;
}

const LAYERS = 8;

/** Of the layers of a stack; after eight they begin again. */
export function layerColour(index: number): string {
  return `--layer-${(index % LAYERS) + 1}`;
}

let known = new Map<string, string>();
let knownFor = "";

/** The colours of the theme in force, for the canvas; asked of the page once for each theme. */
export function themeColour(name: string): string {
  const root = document.documentElement;
  if (knownFor !== root.className) {
    known = new Map();
    knownFor = root.className;
  }
  const colour = known.get(name) ?? getComputedStyle(root).getPropertyValue(name).trim();
  known.set(name, colour);
  return colour;
}

/** So that it can be told apart without colours too. */
export function hatched(context: CanvasRenderingContext2D, fill: string, stripe: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = HATCH_SIZE;
  const draw = tile.getContext("2d");
  if (!draw) return fill;
  draw.fillStyle = fill;
  draw.fillRect(0, 0, HATCH_SIZE, HATCH_SIZE);
  draw.strokeStyle = stripe;
  draw.lineWidth = 1.75;
  draw.stroke(new Path2D(HATCH));
  return context.createPattern(tile, "repeat") ?? fill;
}
