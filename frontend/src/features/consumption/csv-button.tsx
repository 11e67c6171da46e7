import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { download } from "@/api/client";
import { Button } from "@/components/ui/button";
import { useAct } from "@/lib/use-act";
import { BY, type Calendar, type View } from "./use-view";

export function CsvButton({ view, calendar }: { view: View; calendar: Calendar }) {
  const { t } = useTranslation();
  const what = view.device === null ? "mine" : `devices/${view.device}`;
  const save = useAct(() => {
    const query = new URLSearchParams({ from: calendar.from, to: calendar.to, by: BY[view.range], format: "csv" });
    return download(`/api/usage/${what}?${query}`, `kilowatch-${what.replace("/", "-")}-${calendar.from}.csv`);
  });
  return (
    <Button busy={save.isPending} aria-label={t("action.downloadCsv")} onClick={() => save.mutate(undefined)}>
      <Download />
      {t("action.csv")}
    </Button>
  );
}
