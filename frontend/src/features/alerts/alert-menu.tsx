import { AlarmClock, CircleCheck, Ellipsis } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { useFormat } from "@/lib/use-format";
import type { Alert } from "@/queries/use-alerts";
import { useEnd, useSnooze } from "./api/use-snooze";

const PAUSES = { hour: 1, hours: 4, day: 24, week: 168 } as const;

/** What else can be done about an alert that is not over. */
export function AlertMenu({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const snooze = useSnooze(alert);
  const end = useEnd(alert);
  const tellSnoozed = ({ snoozed_until }: Alert) => void toast.success(t("alerts.snoozed", { time: moment(snoozed_until!) }));
  return (
    <Menu
      trigger={
        <Button size="iconSm" variant="ghost" busy={snooze.isPending || end.isPending} aria-label={`${t("action.more")}: ${alert.device_name}`}>
          <Ellipsis />
        </Button>
      }
    >
      {Object.entries(PAUSES).map(([name, hours]) => (
        <MenuItem key={name} icon={AlarmClock} onSelect={() => snooze.mutate(hours, { onSuccess: tellSnoozed })}>
          <span className="sr-only">{t("alerts.snooze")}: </span>
          {t(`alerts.snooze.${name as keyof typeof PAUSES}`)}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={CircleCheck} onSelect={() => end.mutate(undefined, { onSuccess: () => void toast.success(t("alerts.ended")) })}>
        {t("alerts.end")}
      </MenuItem>
    </Menu>
  );
}
