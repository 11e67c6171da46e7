import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";

import { BackLink } from "@/components/back-link";
import { CredentialsCard } from "@/components/credentials/credentials-card";
import { DeleteButton } from "@/components/delete-button";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import { useDeleteGateway } from "./api/use-change-gateway";
import { useGateway, type Gateway } from "./api/use-gateway";
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
  const [editing, setEditing] = useState(false);
  const close = () => setEditing(false);
  const remove = useDeleteGateway();
  return (
    <>
      <Button onClick={() => setEditing(true)}>
        <Pencil />
        {t("action.edit")}
      </Button>
      <DeleteButton
        title={t("gateways.deleteTitle", { name: gateway.name })}
        text={t("gateways.deleteText", { count: gateway.device_ids.length })}
        deleted={t("gateways.deleted", { name: gateway.name })}
        back="/gateways"
        busy={remove.isPending}
        onDelete={(done) => remove.mutate(gateway.id, { onSuccess: done })}
      />
      {editing && <EditGatewayDialog gateway={gateway} onClose={close} />}
    </>
  );
}
