import { useTranslation } from "react-i18next";

import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import { isLate, useLatestReading } from "@/queries/use-latest-reading";

/** When a device was last heard. */
export function Heard({ device, intervalS }: { device: number; intervalS: number }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const { data: reading, isPending, dataUpdatedAt } = useLatestReading(device);
  if (isPending) return <Skeleton className="h-5 w-20" />;
  if (!reading) return <span className="text-soft">{t("overview.noReading")}</span>;
  const late = isLate(reading.time, dataUpdatedAt, intervalS);
  const time = ago(reading.time, Math.max(dataUpdatedAt, Date.parse(reading.time)));
  return (
    <span className={cn("inline-flex items-center gap-1.5", late && "text-warn")}>
      <span aria-hidden className={cn("size-1.5 rounded-full", late ? "bg-warn" : "bg-accent")} />
      {late ? t("overview.late", { time }) : time}
    </span>
  );
}
