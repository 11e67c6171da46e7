import { Layers } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { cn } from "@/lib/cn";
import { COMPARISONS, grainsOf, type Calendar, type Grain } from "./calendar";
import type { Target } from "./target";
import type { View } from "./use-view";

interface OptionsProps {
  view: View;
  calendar: Calendar;
  target: Target;
  grain: Grain;
  direction: Schemas["Direction"];
  /** There is a price for it. */
  priced: boolean;
}

/** How the same time may be shown. */
export function Options({ view, calendar, target, grain, direction, priced }: OptionsProps) {
  const { t } = useTranslation();
  const grains = grainsOf(calendar);
  const mayBeSplit = target.parts.filter((part) => part.direction === direction).length > 1;
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2 px-4 sm:px-5">
      {grains.length > 1 && (
        <Select aria-label={t("usage.grain")} className="grow sm:grow-0" value={grain} onChange={(event) => view.set({ by: event.target.value })}>
          {grains.map((each) => (
            <option key={each} value={each}>
              {t(`usage.by.${each}`)}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label={t("usage.compare")}
        className="grow sm:grow-0"
        value={view.compare}
        onChange={(event) => view.set({ compare: event.target.value })}
      >
        {COMPARISONS.map((each) => (
          <option key={each} value={each}>
            {t(`usage.compare.${each}`)}
          </option>
        ))}
      </Select>
      {mayBeSplit && (
        <Button
          aria-pressed={view.split}
          className={cn(view.split && "border-accent bg-accent-wash text-accent hover:bg-accent-wash")}
          onClick={() => view.set({ split: view.split ? null : "devices" })}
        >
          <Layers />
          {t("usage.split")}
        </Button>
      )}
      <div className="flex flex-wrap gap-2 sm:ml-auto">
        {priced && (
          <Segmented
            label={t("usage.measure")}
            value={view.measure}
            options={(["energy", "cost"] as const).map((measure) => ({ value: measure, label: t(`usage.${measure}`) }))}
            onChange={(measure) => view.set({ measure })}
          />
        )}
        {view.as !== "table" && (
          <Segmented
            label={t("usage.shape")}
            value={view.shape}
            options={(["bars", "line"] as const).map((shape) => ({ value: shape, label: t(`usage.${shape}`) }))}
            onChange={(shape) => view.set({ shape })}
          />
        )}
      </div>
    </div>
  );
}
