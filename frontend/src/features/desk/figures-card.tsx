import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useFigures, type Figures } from "./api/use-figures";
import { meanOf } from "./satisfaction";

export function FiguresCard({ days }: { days: number }) {
  const { t } = useTranslation();
  const figures = useFigures(days);
  return (
    <Card>
      <CardHeader title={t("desk.figures")}>{t("desk.figuresText")}</CardHeader>
      {figures.isPending && <Skeleton className="mx-4 mb-5 h-39 sm:mx-5 lg:h-17" />}
      {figures.isError && <LoadFailed error={figures.error} retry={() => void figures.refetch()} />}
      {figures.data && <Shown figures={figures.data} />}
    </Card>
  );
}

function Shown({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const { number, duration } = useFormat();
  const mean = meanOf(figures.ratings);
  const given = figures.ratings.reduce((sum, count) => sum + count, 0);
  const times = (median: number | null, average: number | null) => (
    <>
      {duration(median)}
      {average !== null && <Small>{t("desk.mean", { time: duration(average) })}</Small>}
    </>
  );
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-5 px-4 pb-5 sm:px-5 lg:grid-cols-4">
      <Figure label={t("desk.cases")}>
        {number(figures.cases)}
        <Small>{t("desk.done", { answered: number(figures.answered), resolved: number(figures.resolved) })}</Small>
      </Figure>
      <Figure label={t("desk.firstResponse")}>{times(figures.first_response_median_s, figures.first_response_mean_s)}</Figure>
      <Figure label={t("desk.resolution")}>{times(figures.resolution_median_s, figures.resolution_mean_s)}</Figure>
      <Figure label={t("desk.satisfaction")}>
        {mean === null ? "–" : t("desk.ofFive", { score: number(mean, 1) })}
        <Small>{t("desk.ratings", { number: number(given) })}</Small>
      </Figure>
    </dl>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="mt-0.5 text-xl font-semibold tabular-nums">{children}</dd>
    </div>
  );
}

function Small({ children }: { children: ReactNode }) {
  return <span className="mt-0.5 block text-xs font-normal text-soft">{children}</span>;
}
