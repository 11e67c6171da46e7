import uPlot from "uplot";

import { barColour, hatched, themeColour } from "./colours";
import { stacked, type Drawing } from "./drawing";
import { drawMarks } from "./plot-marks";
import type { Bar, BarKind } from "./periods";

const KINDS: readonly BarKind[] = ["measured", "estimated", "over"];
const LABEL_PX = 56;
const FONT = '12px "Inter Variable", system-ui, sans-serif';
/** From so many places on, points and rounded corners would be noise. */
const MANY = 120;

/**
 * A row of the data for whatever is filled in a way of its own: what is compared, then the layers from the top one down,
 * so that each covers the foot of the one above it. The places are ordinals, not times: a day of 23 or 25 hours has 23
 * or 25 bars of one width.
 */
export function plotData(drawing: Drawing): uPlot.AlignedData {
  const { bars, compared } = drawing;
  const places = bars.map((_, index) => index);
  return [places, ...(compared ? [[...compared]] : []), ...valueRows(drawing)];
}

function valueRows({ bars, layers, shape }: Drawing): (number | null)[][] {
  if (layers.length > 0) return stacked(layers).reverse();
  if (shape === "line") return [bars.map(({ value }) => value)];
  return KINDS.map((kind) => bars.map((bar) => (bar.kind === kind ? bar.value : null)));
}

export function plotOptions(drawing: Drawing, size: { width: number; height: number }, onPlace: (at: number | null) => void) {
  const { bars, limit, compared } = drawing;
  const options: uPlot.Options = {
    ...size,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: drawing.shape === "line" && drawing.layers.length === 0 } },
    scales: {
      x: { time: false, range: [-0.5, bars.length - 0.5] },
      y: { range: (_plot, min, max) => [Math.min(0, min * 1.1), Math.max(max, limit ?? 0, 0.01) * 1.1] },
    },
    axes: [placeAxis(bars), valueAxis()],
    series: [{}, ...(compared ? [comparedSeries(drawing)] : []), ...valueSeries(drawing)],
    hooks: {
      setCursor: [(plot) => onPlace(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMarks(plot, drawing)],
    },
  };
  return options;
}

/** A label where another begins: the 24 bars of a day have one. */
function placeAxis(bars: readonly Bar[]): uPlot.Axis {
  const beginnings = bars.flatMap(({ label }, index) => (label !== bars[index - 1]?.label ? [index] : []));
  return {
    stroke: themeColour("--soft"),
    font: FONT,
    size: 28,
    grid: { show: false },
    ticks: { show: false },
    splits: (plot) => {
      const step = Math.max(1, Math.ceil((beginnings.length * LABEL_PX) / plot.width));
      return beginnings.filter((_, index) => index % step === 0);
    },
    values: (_plot, splits) => splits.map((index) => bars[index]?.label ?? ""),
  };
}

function valueAxis(): uPlot.Axis {
  return {
    stroke: themeColour("--soft"),
    font: FONT,
    size: 48,
    grid: { stroke: themeColour("--line"), width: 1 },
    ticks: { show: false },
    values: (_plot, splits) => splits.map((value) => value.toLocaleString(document.documentElement.lang)),
  };
}

function valueSeries(drawing: Drawing): uPlot.Series[] {
  if (drawing.layers.length > 0) return layerSeries(drawing);
  return drawing.shape === "line" ? [lineSeries(drawing)] : barSeries(drawing);
}

function barPaths({ bars, compared, layers }: Drawing) {
  const square = bars.length > MANY || layers.length > 0;
  return uPlot.paths.bars!({ size: [compared ? 0.5 : 0.74, 56], radius: square ? 0 : 0.15 });
}

function barSeries(drawing: Drawing): uPlot.Series[] {
  const paths = barPaths(drawing);
  const own = barColour(drawing.direction);
  const look: Record<string, Partial<uPlot.Series>> = {
    measured: { fill: themeColour(own), width: 0 },
    estimated: { fill: themeColour("--bar-estimated"), stroke: themeColour(own), width: 1, dash: [4, 3] },
    over: { fill: (plot) => hatched(plot.ctx, themeColour("--bar-over"), themeColour("--card")), width: 0 },
  };
  return KINDS.map((kind) => ({ paths, points: { show: false }, ...look[kind] }));
}

function lineSeries({ direction, bars }: Drawing): uPlot.Series {
  const colour = themeColour(barColour(direction));
  return { stroke: colour, width: bars.length > MANY ? 1.25 : 2, fill: `${colour}22`, points: { show: bars.length < 60, size: 5, fill: colour } };
}

function layerSeries(drawing: Drawing): uPlot.Series[] {
  const paths = drawing.shape === "bars" ? barPaths(drawing) : undefined;
  const edge = { stroke: themeColour("--card"), width: drawing.bars.length > MANY ? 0 : 1 };
  return drawing.layers.map(({ colour }) => ({ paths, points: { show: false }, fill: themeColour(colour), ...edge })).reverse();
}

/** Wide and pale behind the bars, dashed beside the line. */
function comparedSeries({ shape, bars }: Drawing): uPlot.Series {
  if (shape === "line") return { stroke: themeColour("--strong-line"), width: 1.5, dash: [5, 4], points: { show: false } };
  const paths = uPlot.paths.bars!({ size: [0.92, 72], radius: bars.length > MANY ? 0 : 0.1 });
  return { paths, fill: themeColour("--compared"), width: 0, points: { show: false } };
}
