import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { useFormat } from "@/lib/use-format";
import { RANGES, type Calendar, type View } from "./use-view";

type Direction = Schemas["Direction"];

interface ToolbarProps {
  view: View;
  calendar: Calendar;
  directions: readonly Direction[];
  shown: Direction | undefined;
}

export function Toolbar({ view, calendar, directions, shown }: ToolbarProps) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5">
      <Segmented
        label={t("usage.range")}
        value={view.range}
        options={RANGES.map((range) => ({ value: range, label: t(`usage.${range}`) }))}
        onChange={(range) => view.set({ range })}
      />
      <DateNavigation view={view} calendar={calendar} />
      <div className="flex flex-wrap items-center gap-2.5 xl:ml-auto">
        {directions.length > 1 && shown && (
          <Segmented
            label={t("usage.direction")}
            value={shown}
            options={directions.map((direction) => ({ value: direction, label: t(`direction.${direction}`) }))}
            onChange={(direction) => view.set({ direction })}
          />
        )}
        {view.as === "chart" && (
          <Segmented
            label={t("usage.shape")}
            value={view.shape}
            options={[
              { value: "bars", label: t("usage.bars") },
              { value: "line", label: t("usage.line") },
            ]}
            onChange={(shape) => view.set({ shape })}
          />
        )}
        <Segmented
          label={t("usage.view")}
          value={view.as}
          options={[
            { value: "chart", label: t("usage.chart") },
            { value: "table", label: t("usage.table") },
          ]}
          onChange={(as) => view.set({ as })}
        />
      </div>
    </div>
  );
}

function DateNavigation({ view, calendar }: { view: View; calendar: Calendar }) {
  const { t } = useTranslation();
  const { range } = useFormat();
  return (
    <div className="flex items-center gap-1.5">
      <Button size="icon" aria-label={t("action.previous")} onClick={() => view.set({ date: calendar.previous })}>
        <ChevronLeft />
      </Button>
      <Button disabled={calendar.isNow} onClick={() => view.set({ date: null })}>
        {t("usage.now")}
      </Button>
      <Button size="icon" aria-label={t("action.next")} onClick={() => view.set({ date: calendar.next })}>
        <ChevronRight />
      </Button>
      <Input
        type="date"
        aria-label={t("usage.date")}
        className="w-38"
        value={calendar.date}
        onChange={(event) => event.target.value && view.set({ date: event.target.value })}
      />
      <span className="sr-only" role="status">
        {range(calendar.from, calendar.last, view.range)}
      </span>
    </div>
  );
}
