import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ConfirmButton } from "@/components/confirm-button";
import { AddDevicesDialog } from "@/components/pick/add-devices-dialog";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import { useDevices, type Device } from "@/queries/use-devices";
import { useEditGateway } from "./api/use-change-gateway";
import type { Gateway } from "./api/use-gateway";

const SIZE = 20;

/** The devices whose readings a gateway may bring; those of others are refused. */
export function SentForCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const [adding, setAdding] = useState(false);
  const [offset, setOffset] = useState(0);
  const devices = useDevices({ gateway_id: gateway.id, offset, limit: SIZE });
  const edit = useEditGateway(gateway);
  const listed = gateway.device_ids;
  const add = (chosen: readonly Device[]) =>
    edit.mutate({ device_ids: [...listed, ...chosen.map(({ id }) => id)] }, { onSuccess: () => setAdding(false) });
  return (
    <Card>
      <CardHeader
        title={t("gateways.devices")}
        actions={
          mayChange && (
            <Button size="sm" onClick={() => setAdding(true)}>
              <Plus />
              {t("pick.addDevices")}
            </Button>
          )
        }
      />
      {devices.isPending && <SkeletonRows count={Math.min(listed.length, SIZE)} lines={2} />}
      {devices.isError && <LoadFailed error={devices.error} retry={() => void devices.refetch()} />}
      {devices.data?.total === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t(mayChange ? "gateways.noDevices" : "state.forReaders")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {devices.data?.items.map((device) => (
          <Row
            key={device.id}
            device={device}
            busy={edit.isPending}
            onRemove={mayChange ? () => edit.mutate({ device_ids: listed.filter((id) => id !== device.id) }) : null}
          />
        ))}
      </ul>
      {devices.data && <Pager offset={offset} size={SIZE} total={devices.data.total} onOffset={setOffset} />}
      {adding && <AddDevicesDialog there={new Set(listed)} busy={edit.isPending} onAdd={add} onClose={() => setAdding(false)} />}
    </Card>
  );
}

interface RowProps {
  device: Device;
  busy: boolean;
  onRemove: (() => void) | null;
}

function Row({ device: { id, name, site }, busy, onRemove }: RowProps) {
  const { t } = useTranslation();
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
      <div className="min-w-0 flex-1">
        <Link to={`/devices/${id}`} className="font-medium underline-offset-4 hover:underline">
          {name}
        </Link>
        <p className="text-soft">
          {t("devices.id")} {id}
          {site && ` · ${site.name}`}
        </p>
      </div>
      {onRemove && (
        <ConfirmButton
          action={t("gateways.remove")}
          about={name}
          title={t("gateways.removeTitle", { name })}
          text={t("gateways.removeText")}
          busy={busy}
          onConfirm={onRemove}
        />
      )}
    </li>
  );
}
