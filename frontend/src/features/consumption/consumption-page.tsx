import { ChartColumn, Gauge } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useRole } from "@/lib/use-session";
import { useUsage } from "@/queries/use-usage";
import { CsvButton } from "./csv-button";
import { DevicePicker } from "./device-picker";
import { SeriesCard } from "./series-card";
import { Toolbar } from "./toolbar";
import { useChoices, type Choice } from "./use-choices";
import { BY, calendarOf, useView, type View } from "./use-view";

export function ConsumptionPage() {
  const { t } = useTranslation();
  const view = useView();
  const choices = useChoices();
  const chosen = choices.data?.find(({ id }) => id === view.device);
  const zone = (chosen ?? choices.data?.[0])?.zone;
  const isClient = useRole() === "client";
  const ready = zone && (chosen || (isClient && view.device === null));
  return (
    <Page
      title={t("usage.title")}
      actions={
        <>
          <DevicePicker choices={choices.data ?? []} view={view} withAll={isClient} />
          {ready && <CsvButton view={view} calendar={calendarOf(view, zone)} />}
        </>
      }
    >
      {choices.isPending && <Skeleton className="h-[28rem] rounded-xl" />}
      {choices.isError && <LoadFailed error={choices.error} retry={choices.retry} />}
      {choices.data && !ready && <Nothing any={choices.data.length > 0} />}
      {ready && <Usage view={view} zone={zone} device={chosen} />}
    </Page>
  );
}

function Nothing({ any }: { any: boolean }) {
  const { t } = useTranslation();
  return (
    <Card>
      <Notice icon={Gauge} title={any ? t("usage.loadDevicesFirst") : t("overview.noDevices")}>
        {any ? t("usage.pickDevice") : t("overview.noDevicesText")}
      </Notice>
    </Card>
  );
}

function Usage({ view, zone, device }: { view: View; zone: string; device: Choice | undefined }) {
  const { t } = useTranslation();
  const calendar = calendarOf(view, zone);
  const usage = useUsage({ device: view.device, from: calendar.from, to: calendar.to, by: BY[view.range] });
  const directions = usage.data?.series.map(({ direction }) => direction) ?? [];
  const series = usage.data?.series.find(({ direction }) => direction === view.direction) ?? usage.data?.series[0];
  return (
    <>
      <Toolbar view={view} calendar={calendar} directions={directions} shown={series?.direction} />
      <Card className="mt-3" aria-busy={usage.isPlaceholderData}>
        {usage.isPending && <Skeleton className="m-5 h-96" />}
        {usage.isError && <LoadFailed error={usage.error} retry={() => void usage.refetch()} />}
        {series && usage.isSuccess && <SeriesCard series={series} view={view} calendar={calendar} device={device} />}
        {usage.isSuccess && !series && <Notice icon={ChartColumn} title={t("usage.noData")} />}
      </Card>
    </>
  );
}
