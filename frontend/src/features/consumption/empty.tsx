import { ChartColumn, Hourglass } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Notice } from "@/components/ui/notice";

/** What is still to come is told apart from what never was. */
export function Empty({ hasBegun }: { hasBegun: boolean }) {
  const { t } = useTranslation();
  return hasBegun ? (
    <Notice icon={ChartColumn} title={t("usage.noData")} className="min-h-[26rem]">
      {t("usage.noDataText")}
    </Notice>
  ) : (
    <Notice icon={Hourglass} title={t("usage.nothingYet")} className="min-h-[26rem]">
      {t("usage.nothingYetText")}
    </Notice>
  );
}
