import { Download, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { download } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { ALERT_KINDS, SEVERITIES } from "@/lib/alerts";
import { useAct } from "@/lib/use-act";
import { STATES, type Wanted } from "./use-wanted-alerts";

const LABELS = { raised: "alerts.open", acknowledged: "alerts.acknowledged", cleared: "alerts.cleared" } as const;

interface AlertFiltersProps {
  wanted: Wanted;
  onChange: (changes: Record<string, string | null>) => void;
}

export function AlertFilters({ wanted, onChange }: AlertFiltersProps) {
  const { t } = useTranslation();
  const set = (name: keyof Wanted) => (value: string) => onChange({ [name]: value || null, offset: null });
  return (
    <>
      <Segmented
        label={t("alerts.state")}
        value={wanted.state}
        options={STATES.map((value) => ({ value, label: t(LABELS[value]) }))}
        onChange={set("state")}
      />
      <Select aria-label={t("alerts.kind")} value={wanted.kind ?? ""} onChange={(event) => set("kind")(event.target.value)}>
        <option value="">{t("alerts.everyKind")}</option>
        {ALERT_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`alerts.${kind}`)}
          </option>
        ))}
      </Select>
      <Select aria-label={t("alerts.severity")} value={wanted.severity ?? ""} onChange={(event) => set("severity")(event.target.value)}>
        <option value="">{t("alerts.everySeverity")}</option>
        {SEVERITIES.map((severity) => (
          <option key={severity} value={severity}>
            {t(`severity.${severity}`)}
          </option>
        ))}
      </Select>
      {wanted.device && (
        <Button size="sm" aria-label={t("alerts.ofAll")} onClick={() => set("device")("")}>
          {t("alerts.onlyOf", { device: wanted.device })}
          <X />
        </Button>
      )}
      <DownloadCsv wanted={wanted} />
    </>
  );
}

/** All that the filters leave, not only this page of them. */
function DownloadCsv({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation();
  const save = useAct(() => {
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
    return download(`/api/alerts?${new URLSearchParams([...given.map(([name, value]) => [name, String(value)]), ["format", "csv"]])}`, "kilowatch-alerts.csv");
  });
  return (
    <Button busy={save.isPending} aria-label={t("action.downloadCsv")} onClick={() => save.mutate(undefined)}>
      <Download />
      <span className="hidden sm:inline">{t("action.csv")}</span>
    </Button>
  );
}
