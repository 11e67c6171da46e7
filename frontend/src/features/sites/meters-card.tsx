import { CornerDownRight, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { toast } from "sonner";

import { AddDevicesDialog } from "@/components/pick/add-devices-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { asTree } from "@/lib/meter-tree";
import { useMayChange } from "@/lib/use-session";
import { useDevices, type Device } from "@/queries/use-devices";
import type { Site } from "@/queries/use-sites";
import { useMoveDevices } from "./api/use-move-devices";

/** No home has as many; what is over is told. */
const MOST = 200;
const INDENT = ["", "pl-5", "pl-10", "pl-15"] as const;

/** The devices of a site, each sub-meter under the meter that it is behind. */
export function MetersCard({ site }: { site: Site }) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const [adding, setAdding] = useState(false);
  const devices = useDevices({ site_id: site.id, limit: MOST });
  const move = useMoveDevices(site.id);
  const there = new Set(devices.data?.items.map(({ id }) => id));
  return (
    <Card>
      <CardHeader
        title={t("sites.devices")}
        actions={
          mayChange && (
            <Button size="sm" onClick={() => setAdding(true)}>
              <Plus />
              {t("pick.addDevices")}
            </Button>
          )
        }
      >
        {t("sites.devicesText")}
      </CardHeader>
      {devices.isPending && <SkeletonRows count={site.device_count} lines={2} />}
      {devices.isError && <LoadFailed error={devices.error} retry={() => void devices.refetch()} />}
      {devices.data?.total === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("sites.noDevices")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {asTree(devices.data?.items ?? []).map(({ meter, depth }) => (
          <Row key={meter.id} device={meter} depth={depth} mayChange={mayChange} />
        ))}
      </ul>
      {devices.data && devices.data.total > MOST && (
        <p className="border-t px-4 py-3 text-sm text-soft sm:px-5">{t("sites.moreDevices", { count: devices.data.total - MOST })}</p>
      )}
      {adding && (
        <AddDevicesDialog
          description={t("sites.moveText")}
          there={there}
          busy={move.isPending}
          onAdd={(chosen) => move.mutate(chosen, { onSuccess: () => setAdding(false) })}
          onClose={() => setAdding(false)}
        />
      )}
    </Card>
  );
}

function Row({ device, depth, mayChange }: { device: Device; depth: number; mayChange: boolean }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useMoveDevices(null);
  const { id, name, kind, direction, location } = device;
  const done = () => {
    setAsking(false);
    toast.success(t("sites.removed", { name }));
  };
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <div className={`flex min-w-0 flex-1 gap-2 ${INDENT[Math.min(depth, INDENT.length - 1)]}`}>
        {depth > 0 && <CornerDownRight className="mt-0.5 size-4 shrink-0 text-soft" role="img" aria-label={t("devices.subMeter")} />}
        <div className="min-w-0">
          <Link to={`/devices/${id}`} className="font-medium underline-offset-4 hover:underline">
            {name}
          </Link>{" "}
          {direction !== "consumption" && <Badge>{t(`direction.${direction}`)}</Badge>}
          <p className="text-soft">{[t(`devices.kind.${kind}`), location].filter(Boolean).join(" · ")}</p>
        </div>
      </div>
      {mayChange && (
        <Button size="iconSm" variant="ghost" aria-label={t("sites.remove", { name })} onClick={() => setAsking(true)}>
          <X />
        </Button>
      )}
      <Confirm
        open={asking}
        title={t("sites.removeTitle", { name })}
        text={t("sites.removeText")}
        action={t("sites.removeAction")}
        busy={remove.isPending}
        onConfirm={() => remove.mutate([device], { onSuccess: done })}
        onCancel={() => setAsking(false)}
      />
    </li>
  );
}
