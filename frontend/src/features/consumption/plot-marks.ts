import type uPlot from "uplot";

import { themeColour } from "./colours";
import type { Drawing } from "./drawing";
import type { Bar } from "./periods";

type Shape = (x: number, y: number, size: number) => string;

const DISC: Shape = (x, y, r) => `M${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}A${r} ${r} 0 1 1 ${x - r} ${y}Z`;
const DIAMOND: Shape = (x, y, r) => `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;
const TRIANGLE: Shape = (x, y, r) => `M${x} ${y - r}L${x + r} ${y + r}L${x - r} ${y + r}Z`;

/** Over the bars, in shapes that need no colour to be told apart: the limit, what goes beyond it, notes, gaps. */
export function drawMarks(plot: uPlot, { bars, limit, shape, layers }: Drawing) {
  plot.ctx.save();
  if (limit !== null) drawLimit(plot, limit);
  const hatchShowsExcess = shape === "bars" && layers.length === 0;
  bars.forEach((bar, index) => {
    if (bar.kind === "gap") drawGap(plot, index, bars.length);
    if (bar.kind === "over" && !hatchShowsExcess) mark(plot, index, bar, TRIANGLE, "--bar-over", 4);
    if (bar.mark !== null) mark(plot, index, bar, bar.mark === "revised" ? DISC : DIAMOND, "--info", bar.mark === "revised" ? 2.5 : 3.5);
  });
  plot.ctx.restore();
}

function mark(plot: uPlot, index: number, { value }: Bar, shape: Shape, colour: string, size: number) {
  if (value === null) return;
  const x = plot.valToPos(index, "x", true);
  const y = plot.valToPos(value, "y", true) - 8 * devicePixelRatio;
  plot.ctx.fillStyle = themeColour(colour);
  plot.ctx.fill(new Path2D(shape(x, y, size * devicePixelRatio)));
}

function drawLimit(plot: uPlot, limit: number) {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(limit, "y", true);
  ctx.strokeStyle = themeColour("--warn");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.stroke(new Path2D(`M${bbox.left} ${y}H${bbox.left + bbox.width}`));
  ctx.setLineDash([]);
}

/** A short broken line on the ground, where a bar should stand. */
function drawGap(plot: uPlot, index: number, count: number) {
  const { ctx, bbox } = plot;
  const half = (bbox.width / count) * 0.37;
  const [x, y] = [plot.valToPos(index, "x", true), plot.valToPos(0, "y", true) - 2 * devicePixelRatio];
  ctx.strokeStyle = themeColour("--strong-line");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 2 * devicePixelRatio]);
  ctx.stroke(new Path2D(`M${x - half} ${y}H${x + half}`));
  ctx.setLineDash([]);
}
