import { useTranslation } from "react-i18next";

import { Badge, type Tone } from "@/components/ui/badge";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useServerText } from "@/lib/use-server-text";
import { countsOf, STATUSES, worstFirst, type Outcome } from "./import-report";

const TONES: Record<Outcome["status"], Tone> = { created: "good", updated: "info", unchanged: "plain", error: "bad" };
/** The whole report is for the file; a browser need not draw thousands of lines. */
const SHOWN = 200;

export function ImportTable({ report }: { report: readonly Outcome[] }) {
  const { t } = useTranslation();
  const told = useServerText();
  const counts = countsOf(report);
  const shown = worstFirst(report).slice(0, SHOWN);
  return (
    <div className="mt-4">
      <p role="status" className="mb-2 flex flex-wrap gap-2">
        {STATUSES.filter((status) => counts[status] > 0).map((status) => (
          <Badge key={status} tone={TONES[status]}>
            {t(`import.${status}`)}: {counts[status]}
          </Badge>
        ))}
        {report.length === 0 && <span className="text-sm text-soft">{t("import.empty")}</span>}
      </p>
      {shown.length > 0 && (
        <Table label={t("import.report")} className="max-h-72 overflow-y-auto rounded-lg border">
          <thead>
            <tr>
              <Th className="text-right">{t("import.line")}</Th>
              <Th>{t("devices.name")}</Th>
              <Th>{t("users.status")}</Th>
              <Th>{t("import.note")}</Th>
            </tr>
          </thead>
          <tbody>
            {shown.map((outcome) => (
              <Tr key={outcome.line}>
                <Td className="text-right text-soft tabular-nums">{outcome.line}</Td>
                <Td className="max-w-56 wrap-anywhere">{outcome.name ?? outcome.serial_number ?? <span className="text-soft">{t("import.nameless")}</span>}</Td>
                <Td>
                  <Badge tone={TONES[outcome.status]}>{t(`import.${outcome.status}`)}</Badge>
                </Td>
                <Td className="wrap-anywhere">
                  {outcome.reason ? told(outcome.reason) : outcome.credential && <code className="font-mono text-xs">{outcome.credential}</code>}
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      {report.length > SHOWN && <p className="mt-2 text-sm text-soft">{t("import.more", { count: report.length - SHOWN })}</p>}
    </div>
  );
}
