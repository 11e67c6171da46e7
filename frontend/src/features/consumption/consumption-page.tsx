import { Gauge } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useRole } from "@/lib/use-session";
import { calendarOf } from "./calendar";
import { DownloadMenu } from "./download-menu";
import { TargetPicker } from "./target-picker";
import { targetOf } from "./target";
import { TimeBar } from "./time-bar";
import { UsageCard } from "./usage-card";
import { useChoices } from "./use-choices";
import { useView } from "./use-view";

export function ConsumptionPage() {
  const { t } = useTranslation();
  const view = useView();
  const choices = useChoices();
  const isClient = useRole() === "client";
  const target = targetOf(view, choices.data ?? [], isClient);
  const calendar = target && calendarOf(view, target.zone);
  return (
    <Page
      title={t("usage.title")}
      actions={
        <>
          <TargetPicker choices={choices.data ?? []} view={view} withAll={isClient} />
          {calendar && <DownloadMenu view={view} calendar={calendar} />}
        </>
      }
    >
      {choices.isPending && <Skeleton className="h-[34rem] rounded-xl" />}
      {choices.isError && <LoadFailed error={choices.error} retry={choices.retry} />}
      {choices.data && !target && <Nothing any={choices.data.length > 0} />}
      {target && calendar && (
        <>
          <TimeBar view={view} calendar={calendar} />
          <UsageCard view={view} calendar={calendar} target={target} />
        </>
      )}
    </Page>
  );
}

function Nothing({ any }: { any: boolean }) {
  const { t } = useTranslation();
  return (
    <Card>
      <Notice icon={Gauge} title={any ? t("usage.loadDevicesFirst") : t("overview.noDevices")} className="min-h-96">
        {any ? t("usage.pickDevice") : t("overview.noDevicesText")}
      </Notice>
    </Card>
  );
}
