import { useTranslation } from "react-i18next";

import { cn } from "@/lib/cn";
import type { Power } from "@/lib/power";
import { useFormat } from "@/lib/use-format";

/** How old a power is that is not of this second. */
export function MeasuredAt({ power: { measured, isOld } }: { power: Power }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  if (measured === null) return null;
  const time = ago(measured);
  return <span className={cn("block", isOld && "text-warn")}>{isOld ? t("overview.lastKnown", { time }) : t("overview.measured", { time })}</span>;
}
