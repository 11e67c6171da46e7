import { UserRoundPlus } from "lucide-react";
import { Children, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmButton } from "@/components/confirm-button";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useUndoable } from "@/lib/use-undoable";
import { assign, ASSIGNED, useAssignments, useUnassign, type Assignment, type Place } from "@/queries/use-assignments";
import { AssignDialog } from "./assign-dialog";

interface PeopleCardProps {
  place: Place;
  name: string;
  timeZone: string;
  none: string;
  /** So many are to be expected, until it is known. */
  expected?: number;
  /** Before those that are assigned to the place itself. */
  children?: ReactNode;
}

/** Who sees a device or a site, and who did. */
export function PeopleCard({ place, name, timeZone, none, expected = 2, children }: PeopleCardProps) {
  const { t } = useTranslation();
  const [assigning, setAssigning] = useState(false);
  const history = useAssignments(place);
  return (
    <Card>
      <CardHeader
        title={t("people.title")}
        actions={
          useMayChange() && (
            <Button size="sm" onClick={() => setAssigning(true)}>
              <UserRoundPlus />
              {t("people.assign")}
            </Button>
          )
        }
      />
      {history.isPending && <SkeletonRows count={expected} lines={2} />}
      {history.isError && <LoadFailed error={history.error} retry={() => void history.refetch()} />}
      {history.data?.length === 0 && isEmpty(children) && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{none}</p>}
      <ul className="divide-y border-t empty:hidden">
        {!history.isPending && children}
        {history.data?.map((assignment) => (
          <Row key={assignment.id} place={place} timeZone={timeZone} assignment={assignment} />
        ))}
      </ul>
      {assigning && <AssignDialog place={place} name={name} onClose={() => setAssigning(false)} />}
    </Card>
  );
}

const isEmpty = (children: ReactNode) => Children.count(children) === 0;

function Row({ place, timeZone, assignment }: { place: Place; timeZone: string; assignment: Assignment }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const mayChange = useMayChange();
  const unassign = useUnassign(place);
  const tell = useUndoable(ASSIGNED);
  const { user_id, name, level, since, until, ended_at } = assignment;
  const end = ended_at ?? until;
  const done = () => tell(t("people.unassigned", { name }), () => assign(place, { user_id, level, since, until }));
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <div className={ended_at ? "min-w-0 flex-1 opacity-75" : "min-w-0 flex-1"}>
        <span className="font-medium">{name}</span> <Badge tone={ended_at ? "plain" : "good"}>{t(`people.${level}`)}</Badge>
        <p className="text-soft">
          {t("people.since", { time: moment(since, timeZone) })}
          {end && `, ${t("people.until", { time: moment(end, timeZone) })}`}
        </p>
      </div>
      {mayChange && !ended_at && (
        <ConfirmButton
          action={t("people.unassign")}
          about={name}
          title={t("people.unassignTitle", { name })}
          text={t("people.unassignText")}
          busy={unassign.isPending}
          onConfirm={() => unassign.mutate(user_id, { onSuccess: done })}
        />
      )}
    </li>
  );
}
