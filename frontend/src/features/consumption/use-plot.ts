import { useEffect, useRef, type RefObject } from "react";
import uPlot from "uplot";

import { useIsDark } from "@/lib/theme";
import { plotData, plotOptions, type Drawing } from "./plot-options";

const HEIGHT = 320;

/** Keeps a plot in `holder`, drawn anew when what it shows, or the theme, is another; as wide as there is room. */
export function usePlot(holder: RefObject<HTMLDivElement | null>, drawing: Drawing, onPlace: (at: number | null) => void) {
  const plot = useRef<uPlot | null>(null);
  const isDark = useIsDark();
  const key = JSON.stringify([drawing, isDark, document.documentElement.lang]);

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const made = new uPlot(plotOptions(drawing, { width: element.clientWidth, height: HEIGHT }, onPlace), plotData(drawing), element);
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
    // `key` tells whether the drawing is another.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, holder]);

  return plot;
}
