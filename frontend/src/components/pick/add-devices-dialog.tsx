import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import type { Device } from "@/queries/use-devices";
import { DevicesPicker } from "./devices-picker";

interface AddDevicesDialogProps {
  description?: string;
  /** Which are there already. */
  there: ReadonlySet<number>;
  busy: boolean;
  onAdd: (devices: readonly Device[]) => void;
  onClose: () => void;
}

/** Several devices, found one after the other. */
export function AddDevicesDialog({ description, there, busy, onAdd, onClose }: AddDevicesDialogProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlyMap<number, Device>>(new Map());

  function toggle(device: Device) {
    const next = new Map(chosen);
    if (!next.delete(device.id)) next.set(device.id, device);
    setChosen(next);
  }

  return (
    <Dialog open onClose={onClose} title={t("pick.addDevices")} {...(description && { description })}>
      <DevicesPicker by="checkbox" chosen={new Set(chosen.keys())} there={there} onToggle={toggle} />
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" disabled={chosen.size === 0} busy={busy} onClick={() => onAdd([...chosen.values()])}>
          {t("pick.add", { count: chosen.size })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
