import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { GatewayPicker } from "@/components/pick/gateway-picker";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import type { GatewaySummary } from "@/queries/use-gateways";
import { useAddToGateway } from "./api/use-add-to-gateway";

interface AddToGatewayDialogProps {
  devices: readonly number[];
  onClose: () => void;
}

/** What has just been registered gets somebody to send for it. */
export function AddToGatewayDialog({ devices, onClose }: AddToGatewayDialogProps) {
  const { t } = useTranslation();
  const [gateway, setGateway] = useState<GatewaySummary | null>(null);
  const add = useAddToGateway();
  const count = devices.length;

  function submit({ id, name }: GatewaySummary) {
    const done = () => {
      toast.success(t("import.gatewayAdded", { name, count }));
      onClose();
    };
    add.mutate({ gateway_id: id, devices }, { onSuccess: done });
  }

  return (
    <Dialog open onClose={onClose} title={t("import.addToGateway")} description={t("import.gatewayText", { count })}>
      <GatewayPicker chosen={gateway} onChoose={setGateway} />
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" disabled={!gateway} busy={add.isPending} onClick={() => gateway && submit(gateway)}>
          {t("import.addToGateway")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
