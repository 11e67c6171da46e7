import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useHours, type Hours } from "./api/use-hours";
import { draftOf } from "./hours-form";
import { HoursDialog } from "./hours-dialog";
import { useWeekdays } from "./use-weekdays";

export function HoursCard() {
  const { t } = useTranslation();
  const hours = useHours();
  const [editing, setEditing] = useState(false);
  const mayChange = useMayChange();
  return (
    <Card>
      <CardHeader
        title={t("hours.title")}
        actions={mayChange && hours.data && <Button size="sm" onClick={() => setEditing(true)}>{t("action.edit")}</Button>}
      >
        {hours.isPending && <Skeleton className="my-0.5 h-4 w-40" />}
        {hours.data && <Now hours={hours.data} />}
      </CardHeader>
      {hours.isPending && <SkeletonRows count={7} />}
      {hours.isError && <LoadFailed error={hours.error} retry={() => void hours.refetch()} />}
      {hours.data && <Week hours={hours.data} />}
      {editing && hours.data && <HoursDialog before={hours.data} onClose={() => setEditing(false)} />}
    </Card>
  );
}

function Now({ hours: { open_now, opens_at, time_zone } }: { hours: Hours }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  if (open_now) return <Badge tone="good">{t("hours.open")}</Badge>;
  return opens_at ? t("hours.opens", { time: moment(opens_at, time_zone) }) : t("hours.closed");
}

function Week({ hours }: { hours: Hours }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const weekdays = useWeekdays();
  return (
    <Facts className="tabular-nums">
      {draftOf(hours).days.map((times, index) => (
        <Fact key={weekdays[index]} label={weekdays[index]!}>
          {times || <span className="text-soft">{t("hours.shut")}</span>}
        </Fact>
      ))}
      <Fact label={t("hours.zone")}>{hours.time_zone.replaceAll("_", " ")}</Fact>
      <Fact label={t("hours.holidays")}>
        {hours.holidays.length === 0 ? t("hours.noHolidays") : hours.holidays.map((day) => date(day, "short")).join("; ")}
      </Fact>
    </Facts>
  );
}
