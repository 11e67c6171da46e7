import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { UsageSeries } from "@/queries/use-usage";
import { show } from "@/testing/show";
import type { Drawing } from "./drawing";
import { Figures } from "./figures";
import type { Measure } from "./measure";

const MEASURE: Measure = { unit: "kWh", valuesOf: () => [], totalOf: () => 3, write: (value) => `${value ?? "–"} kWh` };
const SERIES = { total: { peak_w: null } } as UsageSeries;
const DRAWING: Drawing = { bars: [], layers: [], compared: null, limit: null, shape: "bars", direction: "consumption" };

test("where there is nothing to compare with, a dash says so, and nothing while it is not known", () => {
  const figures = (compared: Drawing["compared"]) => (
    <Figures drawing={{ ...DRAWING, compared }} measure={MEASURE} series={SERIES} grain="month" comparison="year" isAwaiting={!compared} />
  );
  const { rerender } = show(figures(null));
  const change = () => screen.getByText("Against the year before").nextElementSibling;
  expect(change()).not.toHaveTextContent("–");
  rerender(figures([null]));
  expect(change()).toHaveTextContent("–");
});
