import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import type { Device } from "@/queries/use-devices";
import { useAssignments } from "./api/use-assignments";
import { useUnassign } from "./api/use-unassign";
import { AssignDialog } from "./assign-dialog";

type Assignment = Schemas["AssignmentAnswer"];

export function AssignmentsCard({ device }: { device: Device }) {
  const { t } = useTranslation();
  const [assigning, setAssigning] = useState(false);
  const history = useAssignments(device.id);
  const own = new Set(history.data?.filter(({ ended_at }) => !ended_at).map(({ user_id }) => user_id));
  const bySite = device.assignments.filter(({ user_id }) => !own.has(user_id));
  return (
    <Card>
      <CardHeader
        title={t("devices.assignments")}
        actions={
          useMayChange() && (
            <Button size="sm" onClick={() => setAssigning(true)}>
              <UserRoundPlus />
              {t("devices.assign")}
            </Button>
          )
        }
      />
      {history.isPending && <SkeletonRows count={2} />}
      {history.data?.length === 0 && bySite.length === 0 && (
        <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("devices.noAssignments")}</p>
      )}
      <ul className="divide-y border-t empty:hidden">
        {bySite.map(({ user_id, name, level }) => (
          <li key={user_id} className="px-4 py-2.5 text-sm sm:px-5">
            <span className="font-medium">{name}</span> <Badge>{t(`devices.${level}`)}</Badge>
            <p className="text-soft">{t("devices.siteAssigned", { site: device.site?.name ?? "" })}</p>
          </li>
        ))}
        {history.data?.map((assignment) => (
          <Row key={assignment.id} device={device} assignment={assignment} />
        ))}
      </ul>
      {assigning && <AssignDialog device={device} onClose={() => setAssigning(false)} />}
    </Card>
  );
}

function Row({ device, assignment }: { device: Device; assignment: Assignment }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const [asking, setAsking] = useState(false);
  const mayChange = useMayChange();
  const unassign = useUnassign(device.id);
  const { name, level, since, until, ended_at } = assignment;
  const end = ended_at ?? until;
  const done = () => {
    setAsking(false);
    toast.success(t("devices.unassigned", { name }));
  };
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <div className={ended_at ? "min-w-0 flex-1 opacity-75" : "min-w-0 flex-1"}>
        <span className="font-medium">{name}</span> <Badge tone={ended_at ? "plain" : "good"}>{t(`devices.${level}`)}</Badge>
        <p className="text-soft">
          {t("devices.since", { time: moment(since, device.time_zone) })}
          {end && `, ${t("devices.until", { time: moment(end, device.time_zone) })}`}
        </p>
      </div>
      {mayChange && !ended_at && (
        <Button size="sm" variant="ghost" onClick={() => setAsking(true)} aria-label={`${t("devices.unassign")}: ${name}`}>
          {t("devices.unassign")}
        </Button>
      )}
      <Confirm
        open={asking}
        title={t("devices.unassignTitle", { name })}
        text={t("devices.unassignText")}
        action={t("devices.unassign")}
        busy={unassign.isPending}
        onConfirm={() => unassign.mutate(assignment.user_id, { onSuccess: done })}
        onCancel={() => setAsking(false)}
      />
    </li>
  );
}
