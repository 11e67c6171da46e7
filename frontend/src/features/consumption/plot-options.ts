import uPlot from "uplot";

import type { Schemas } from "@/api/client";
import { barColour, hatched, themeColour } from "./colours";
import type { Bar, BarKind } from "./periods";

export interface Drawing {
  bars: readonly Bar[];
  limit: number | null;
  shape: "bars" | "line";
  direction: Schemas["Direction"];
}

const KINDS: readonly BarKind[] = ["measured", "estimated", "over"];
const LABEL_PX = 52;
const FONT = '12px "Inter Variable", system-ui, sans-serif';

/** A row of the data for each kind of bar, so that each is filled in its own way. The places are ordinals, not times:
 * a day of 23 or 25 hours has 23 or 25 bars of one width. */
export function plotData({ bars, shape }: Drawing): uPlot.AlignedData {
  const places = bars.map((_, index) => index);
  if (shape === "line") return [places, bars.map(({ energy }) => energy)];
  return [places, ...KINDS.map((kind) => bars.map((bar) => (bar.kind === kind ? bar.energy : null)))];
}

export function plotOptions(drawing: Drawing, size: { width: number; height: number }, onPlace: (at: number | null) => void) {
  const { bars, limit } = drawing;
  const options: uPlot.Options = {
    ...size,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: drawing.shape === "line" } },
    scales: {
      x: { time: false, range: [-0.5, bars.length - 0.5] },
      y: { range: (_plot, _min, max) => [0, Math.max(max, limit ?? 0, 0.01) * 1.1] },
    },
    axes: [placeAxis(bars), energyAxis()],
    series: [{}, ...(drawing.shape === "line" ? [lineSeries(drawing)] : barSeries(drawing))],
    hooks: {
      setCursor: [(plot) => onPlace(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMarks(plot, drawing)],
    },
  };
  return options;
}

function placeAxis(bars: readonly Bar[]): uPlot.Axis {
  return {
    stroke: themeColour("--soft"),
    font: FONT,
    size: 28,
    grid: { show: false },
    ticks: { show: false },
    splits: (plot) => {
      const step = Math.max(1, Math.ceil((bars.length * LABEL_PX) / plot.width));
      return bars.map((_, index) => index).filter((index) => index % step === 0);
    },
    values: (_plot, splits) => splits.map((index) => bars[index]?.label ?? ""),
  };
}

function energyAxis(): uPlot.Axis {
  return {
    stroke: themeColour("--soft"),
    font: FONT,
    size: 48,
    grid: { stroke: themeColour("--line"), width: 1 },
    ticks: { show: false },
    values: (_plot, splits) => splits.map((value) => value.toLocaleString(document.documentElement.lang)),
  };
}

function barSeries({ direction }: Drawing): uPlot.Series[] {
  const paths = uPlot.paths.bars!({ size: [0.74, 56], radius: 0.15 });
  const look: Record<BarKind, Partial<uPlot.Series>> = {
    measured: { fill: themeColour(barColour(direction)), width: 0 },
    estimated: { fill: themeColour("--bar-estimated"), stroke: themeColour(barColour(direction)), width: 1, dash: [4, 3] },
    over: { fill: (plot) => hatched(plot.ctx, themeColour("--bar-over"), themeColour("--card")), width: 0 },
  };
  return KINDS.map((kind) => ({ paths, points: { show: false }, ...look[kind] }));
}

function lineSeries({ direction, bars }: Drawing): uPlot.Series {
  const colour = themeColour(barColour(direction));
  return { stroke: colour, width: 2, fill: `${colour}22`, points: { show: bars.length < 60, size: 5, fill: colour } };
}

function drawMarks(plot: uPlot, { bars, limit, shape }: Drawing) {
  const { ctx } = plot;
  ctx.save();
  if (limit !== null) drawLimit(plot, limit);
  bars.forEach((bar, index) => {
    if (bar.marked && bar.energy !== null) dot(plot, index, bar.energy, themeColour("--info"));
    if (shape === "line" && bar.kind === "over" && bar.energy !== null) cross(plot, index, bar.energy, themeColour("--bar-over"));
  });
  ctx.restore();
}

function drawLimit(plot: uPlot, limit: number) {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(limit, "y", true);
  ctx.strokeStyle = themeColour("--warn");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

function dot(plot: uPlot, index: number, energy: number, colour: string) {
  const { ctx } = plot;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(plot.valToPos(index, "x", true), plot.valToPos(energy, "y", true) - 7 * devicePixelRatio, 2.5 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.fill();
}

function cross(plot: uPlot, index: number, energy: number, colour: string) {
  const { ctx } = plot;
  const [x, y, arm] = [plot.valToPos(index, "x", true), plot.valToPos(energy, "y", true), 4.5 * devicePixelRatio];
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.stroke(new Path2D(`M${x - arm} ${y - arm}L${x + arm} ${y + arm}M${x - arm} ${y + arm}L${x + arm} ${y - arm}`));
}
