import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { toast } from "sonner";

import { BackLink } from "@/components/back-link";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
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
      {doing === "edit" && <RenameTariffDialog tariff={tariff} onClose={close} />}
      {doing === "delete" && <DeleteTariff tariff={tariff} onClose={close} />}
    </>
  );
}

function DeleteTariff({ tariff: { id, tariff }, onClose }: { tariff: Tariff; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const remove = useDeleteTariff();
  const done = () => {
    toast.success(t("tariffs.deleted", { name: tariff.name }));
    void navigate("/tariffs");
  };
  return (
    <Confirm
      open
      title={t("tariffs.deleteTitle", { name: tariff.name })}
      text={t("tariffs.deleteText")}
      action={t("action.delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(id, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
