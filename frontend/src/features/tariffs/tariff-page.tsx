import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";

import { BackLink } from "@/components/back-link";
import { DeleteButton } from "@/components/delete-button";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import { useDeleteTariff } from "./api/use-change-tariff";
import { useTariff, type Tariff } from "./api/use-tariffs";
import { AppliesToCard } from "./applies-to-card";
import { RenameTariffDialog } from "./tariff-dialogs";
import { VersionsCard } from "./versions-card";

export function TariffPage() {
  const { t } = useTranslation();
  const tariff = useTariff(Number(useParams()["tariffId"]));
  const mayChange = useMayChange();
  return (
    <Page
      title={tariff.data?.tariff.name ?? t("tariffs.title")}
      text={<BackLink to="/tariffs" text={t("tariffs.back")} />}
      actions={tariff.data && mayChange && <Actions tariff={tariff.data} />}
    >
      {tariff.isPending && <Skeleton className="h-80 rounded-xl" />}
      {tariff.isError && <LoadFailed error={tariff.error} retry={() => void tariff.refetch()} />}
      {tariff.data && (
        <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
          <VersionsCard tariff={tariff.data} />
          <AppliesToCard tariff={tariff.data} />
        </div>
      )}
    </Page>
  );
}

function Actions({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const close = () => setEditing(false);
  const remove = useDeleteTariff();
  return (
    <>
      <Button onClick={() => setEditing(true)}>
        <Pencil />
        {t("action.edit")}
      </Button>
      <DeleteButton
        title={t("tariffs.deleteTitle", { name: tariff.tariff.name })}
        text={t("tariffs.deleteText")}
        deleted={t("tariffs.deleted", { name: tariff.tariff.name })}
        back="/tariffs"
        busy={remove.isPending}
        onDelete={(done) => remove.mutate(tariff.id, { onSuccess: done })}
      />
      {editing && <RenameTariffDialog tariff={tariff} onClose={close} />}
    </>
  );
}
