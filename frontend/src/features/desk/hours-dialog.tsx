import { X } from "lucide-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Select } from "@/components/ui/input";
import { ZoneOptions } from "@/components/zone-options";
import type { CalendarDate } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useSaveHours, type Hours } from "./api/use-hours";
import { bodyOf, draftOf, intervalsOf, withHoliday } from "./hours-form";
import { useWeekdays } from "./use-weekdays";

export function HoursDialog({ before, onClose }: { before: Hours; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useSaveHours();
  const weekdays = useWeekdays();
  const [draft, setDraft] = useState(draftOf(before));
  const setDay = (index: number, text: string) => setDraft({ ...draft, days: draft.days.with(index, text) });
  const isValid = draft.days.every((day) => intervalsOf(day) !== null);
  const done = () => {
    toast.success(t("state.saved"));
    onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isValid) save.mutate(bodyOf(draft), { onSuccess: done });
  };
  return (
    <Dialog open onClose={onClose} title={t("hours.title")} description={t("hours.text")}>
      <form noValidate onSubmit={submit} className="grid gap-3">
        {draft.days.map((text, index) => (
          <Field key={weekdays[index]} label={weekdays[index]!} error={intervalsOf(text) === null ? t("hours.wrong") : undefined}>
            {(wiring) => <Input {...wiring} value={text} placeholder={t("hours.shut")} onChange={(event) => setDay(index, event.target.value)} />}
          </Field>
        ))}
        <Field label={t("hours.zone")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} value={draft.zone} onChange={(event) => setDraft({ ...draft, zone: event.target.value })}>
              <ZoneOptions known={draft.zone} />
            </Select>
          )}
        </Field>
        <Holidays days={draft.holidays} onDays={(holidays) => setDraft({ ...draft, holidays })} />
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!isValid}>
            {t("action.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Holidays({ days, onDays }: { days: readonly CalendarDate[]; onDays: (days: CalendarDate[]) => void }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [day, setDay] = useState("");
  const add = () => {
    onDays(withHoliday(days, day));
    setDay("");
  };
  return (
    <div className="grid gap-2">
      <Field label={t("hours.holidays")} hint={t("hours.holidaysHint")}>
        {(wiring) => (
          <span className="flex gap-2">
            <Input type="date" {...wiring} value={day} onChange={(event) => setDay(event.target.value)} />
            <Button disabled={!day} onClick={add}>
              {t("hours.addHoliday")}
            </Button>
          </span>
        )}
      </Field>
      <ul className="flex flex-wrap gap-1.5 empty:hidden">
        {days.map((each) => (
          <li key={each}>
            <Badge>
              {date(each, "short")}
              <button
                type="button"
                aria-label={t("hours.removeHoliday", { day: date(each, "short") })}
                className="-mr-0.5 grid size-6 place-items-center rounded hover:text-ink"
                onClick={() => onDays(days.filter((other) => other !== each))}
              >
                <X className="size-3" aria-hidden />
              </button>
            </Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}
