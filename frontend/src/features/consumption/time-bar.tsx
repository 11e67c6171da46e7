import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { RANGES, type Calendar, type Range } from "./calendar";
import { useSpanText } from "./span-text";
import type { View } from "./use-view";

const NOW = { date: null, hour: null, from: null, to: null };

/** Which time is looked at, and how to get to another. */
export function TimeBar({ view, calendar }: { view: View; calendar: Calendar }) {
  const { t } = useTranslation();
  const options = RANGES.map((range) => ({ value: range, label: t(`usage.${range}`) }));
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5">
      <Segmented
        label={t("usage.range")}
        value={view.range}
        options={options}
        onChange={(range) => view.set(changesFor(range, calendar))}
        className="max-w-full overflow-x-auto"
      />
      <div className="flex flex-wrap items-center gap-1.5">
        <Button size="icon" aria-label={t("action.previous")} onClick={() => view.set(calendar.previous)}>
          <ChevronLeft />
        </Button>
        <Button disabled={calendar.isNow && view.range !== "custom"} onClick={() => view.set(NOW)}>
          {t("usage.now")}
        </Button>
        <Button size="icon" aria-label={t("action.next")} onClick={() => view.set(calendar.next)}>
          <ChevronRight />
        </Button>
        {view.range === "custom" ? <FromTo view={view} calendar={calendar} /> : <DateField view={view} calendar={calendar} />}
      </div>
    </div>
  );
}

/** Another range around the same date; the time that is now stays now. */
function changesFor(range: Range, calendar: Calendar) {
  const kept = { range, hour: null, by: null };
  if (range === "custom") return { ...kept, from: calendar.date, to: calendar.last };
  return { ...kept, from: null, to: null, ...(calendar.isNow ? { date: null } : { date: calendar.date }) };
}

function DateField({ view, calendar }: { view: View; calendar: Calendar }) {
  const { t } = useTranslation();
  return (
    <Input
      type="date"
      aria-label={t("usage.date")}
      className="w-38"
      value={calendar.date}
      onChange={(event) => event.target.value && view.set({ date: event.target.value, hour: null })}
    />
  );
}

function FromTo({ view, calendar }: { view: View; calendar: Calendar }) {
  const { t } = useTranslation();
  const title = useSpanText()(calendar);
  return (
    <span className="flex items-center gap-1.5" role="group" aria-label={title}>
      <Input
        type="date"
        aria-label={t("usage.from")}
        className="w-38"
        value={calendar.date}
        max={calendar.last}
        onChange={(event) => event.target.value && view.set({ from: event.target.value, to: calendar.last })}
      />
      <span aria-hidden className="text-soft">
        –
      </span>
      <Input
        type="date"
        aria-label={t("usage.to")}
        className="w-38"
        value={calendar.last}
        min={calendar.date}
        onChange={(event) => event.target.value && view.set({ to: event.target.value, from: calendar.date })}
      />
    </span>
  );
}
