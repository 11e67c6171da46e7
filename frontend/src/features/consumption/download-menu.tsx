import { Download, FileSpreadsheet, Sheet } from "lucide-react";
import { useTranslation } from "react-i18next";

import { download } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useAct } from "@/lib/use-act";
import type { Calendar } from "./calendar";
import { grainOf, type View } from "./use-view";

/** What the page shows, as a file. */
export function DownloadMenu({ view, calendar }: { view: View; calendar: Calendar }) {
  const { t } = useTranslation();
  const what = view.device ? `devices/${view.device}` : view.site ? `sites/${view.site}` : "mine";
  const save = useAct((format: "csv" | "parquet") => {
    const query = new URLSearchParams({ from: calendar.from, to: calendar.to, by: grainOf(view, calendar), cost: "true", format });
    return download(`/api/usage/${what}?${query}`, `kilowatch-${what.replace("/", "-")}-${calendar.date}.${format}`);
  });
  return (
    <Menu
      trigger={
        <Button busy={save.isPending} aria-label={t("action.download")}>
          <Download />
          <span className="hidden sm:inline">{t("action.download")}</span>
        </Button>
      }
    >
      <MenuItem icon={FileSpreadsheet} onSelect={() => save.mutate("csv")}>
        {t("usage.asCsv")}
      </MenuItem>
      <MenuItem icon={Sheet} onSelect={() => save.mutate("parquet")}>
        {t("usage.asParquet")}
      </MenuItem>
    </Menu>
  );
}
