import { Gauge, House, Plus, UserRound, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useUndoable } from "@/lib/use-undoable";
import { useNameOf } from "./api/use-name-of";
import { assignTariff, PRICED, useTariffAssignments, useUnassignTariff, type TariffAssignment } from "./api/use-tariff-assignments";
import type { Tariff } from "./api/use-tariffs";
import { AssignTariffDialog } from "./assign-tariff-dialog";

const SIZE = 20;

/** The devices, the sites and the people whose energy costs this. */
export function AppliesToCard({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const [assigning, setAssigning] = useState(false);
  const [offset, setOffset] = useState(0);
  const assignments = useTariffAssignments(tariff.id);
  return (
    <Card>
      <CardHeader
        title={t("tariffs.appliesTo")}
        actions={
          useMayChange() && (
            <Button size="sm" onClick={() => setAssigning(true)}>
              <Plus />
              {t("tariffs.assign")}
            </Button>
          )
        }
      >
        {t("tariffs.appliesToText")}
      </CardHeader>
      {assignments.isPending && <SkeletonRows count={2} />}
      {assignments.isError && <LoadFailed error={assignments.error} retry={() => void assignments.refetch()} />}
      {assignments.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("tariffs.appliesToNothing")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {assignments.data?.slice(offset, offset + SIZE).map((assignment) => <Row key={assignment.id} assignment={assignment} />)}
      </ul>
      {assignments.data && <Pager offset={offset} size={SIZE} total={assignments.data.length} onOffset={setOffset} />}
      {assigning && <AssignTariffDialog tariff={tariff} onClose={() => setAssigning(false)} />}
    </Card>
  );
}

function Row({ assignment }: { assignment: TariffAssignment }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const mayChange = useMayChange();
  const unassign = useUnassignTariff();
  const found = useNameOf(assignment);
  const { tariff_id, device_id, site_id, user_id, since, until } = assignment;
  const Icon = device_id ? Gauge : site_id ? House : UserRound;
  const name = found.data?.name ?? t("tariffs.gone");
  const path = device_id ? `/devices/${device_id}` : site_id ? `/sites/${site_id}` : `/users?search=${encodeURIComponent(name)}`;
  const tell = useUndoable(PRICED);
  const back = () => assignTariff({ tariff_id, device_id, site_id, user_id, since, until });
  const done = () => tell(t("tariffs.unassigned", { name }), back);
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <Icon
        className="size-4 shrink-0 text-soft"
        role="img"
        aria-label={t(device_id ? "tariffs.device" : site_id ? "tariffs.site" : "tariffs.person")}
      />
      <div className="min-w-0 flex-1">
        {found.isPending && <Skeleton className="h-4 w-32" />}
        {found.isError && <span className="text-soft">{name}</span>}
        {found.data && (
          <Link to={path} className="font-medium underline-offset-4 hover:underline">
            {name}
          </Link>
        )}
        <p className="text-soft">
          {t("tariffs.from", { date: date(since, "short") })}
          {until && `, ${t("tariffs.until", { date: date(until, "short") })}`}
        </p>
      </div>
      {mayChange && (
        <Button
          size="iconSm"
          variant="ghost"
          busy={unassign.isPending}
          aria-label={t("tariffs.unassign", { name })}
          onClick={() => unassign.mutate(assignment.id, { onSuccess: done })}
        >
          <X />
        </Button>
      )}
    </li>
  );
}
