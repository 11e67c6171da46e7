import { useEffect, useRef, type RefObject } from "react";
import uPlot from "uplot";

import { useLocale } from "@/lib/use-format";
import { useIsDark } from "@/lib/theme";
import type { Drawing } from "./drawing";
import { plotData, plotOptions } from "./plot-options";

const HEIGHT = 320;
/** The bench reads from it to the end of the drawing. */
const BEGIN = "chart-begins";

/** Keeps a plot in `holder`, drawn anew when what it shows, or the theme, is another; as wide as there is room. */
export function usePlot(holder: RefObject<HTMLDivElement | null>, drawing: Drawing, onPlace: (at: number | null) => void) {
  const plot = useRef<uPlot | null>(null);
  const isDark = useIsDark();
  const locale = useLocale();

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    performance.mark(BEGIN);
    const options = plotOptions(drawing, { width: element.clientWidth, height: HEIGHT }, onPlace);
    options.hooks!.draw!.push(() => void performance.measure("chart", BEGIN));
    const made = new uPlot(options, plotData(drawing), element);
    plot.current = made;
    const watcher = new ResizeObserver(() => {
      if (element.clientWidth !== made.width) made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [drawing, isDark, locale, holder, onPlace]);

  return plot;
}
