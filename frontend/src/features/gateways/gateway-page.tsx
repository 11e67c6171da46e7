import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { toast } from "sonner";

import { BackLink } from "@/components/back-link";
import { CredentialsCard } from "@/components/credentials/credentials-card";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import { useDeleteGateway } from "./api/use-change-gateway";
import { useGateway, type Gateway } from "./api/use-gateways";
import { EditGatewayDialog } from "./gateway-dialog";
import { SentForCard } from "./sent-for-card";

export function GatewayPage() {
  const { t } = useTranslation();
  const id = Number(useParams()["gatewayId"]);
  const gateway = useGateway(id);
  const mayChange = useMayChange();
  return (
    <Page
      title={gateway.data?.name ?? t("gateways.title")}
      text={<BackLink to="/gateways" text={t("gateways.back")} />}
      actions={gateway.data && mayChange && <Actions gateway={gateway.data} />}
    >
      {gateway.isPending && <Skeleton className="h-80 rounded-xl" />}
      {gateway.isError && <LoadFailed error={gateway.error} retry={() => void gateway.refetch()} />}
      {gateway.data && (
        <>
          {gateway.data.description && <p className="mb-4 max-w-2xl text-sm whitespace-pre-line">{gateway.data.description}</p>}
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <SentForCard gateway={gateway.data} />
            <CredentialsCard holder={{ kind: "gateways", id }} none={t("gateways.noCredentials")} />
          </div>
        </>
      )}
    </Page>
  );
}

function Actions({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const close = () => setDoing(null);
  return (
    <>
      <Button onClick={() => setDoing("edit")}>
        <Pencil />
        {t("action.edit")}
      </Button>
      <Button onClick={() => setDoing("delete")} aria-label={t("action.delete")} size="icon" className="text-bad">
        <Trash2 />
      </Button>
      {doing === "edit" && <EditGatewayDialog gateway={gateway} onClose={close} />}
      {doing === "delete" && <DeleteGateway gateway={gateway} onClose={close} />}
    </>
  );
}

function DeleteGateway({ gateway, onClose }: { gateway: Gateway; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const remove = useDeleteGateway();
  const done = () => {
    toast.success(t("gateways.deleted", { name: gateway.name }));
    void navigate("/gateways");
  };
  return (
    <Confirm
      open
      title={t("gateways.deleteTitle", { name: gateway.name })}
      text={t("gateways.deleteText", { count: gateway.device_ids.length })}
      action={t("action.delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(gateway.id, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
