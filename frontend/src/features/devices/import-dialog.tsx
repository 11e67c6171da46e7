import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FileInput } from "@/components/ui/input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { saveFile } from "@/lib/save-file";
import { useProblemText } from "@/lib/use-problem-text";
import { AddToGatewayDialog } from "./add-to-gateway-dialog";
import { useImportDevices, useRehearsal } from "./api/use-import-devices";
import { asCsv, changesIn, newIn, type Outcome } from "./import-report";
import { ImportTable } from "./import-table";

/** First told what would become of each line, then done; what is wrong in one line does not hinder the others. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [report, setReport] = useState<readonly Outcome[] | null>(null);
  if (report) return <Done report={report} onClose={onClose} />;
  return <Preparation onDone={setReport} onClose={onClose} />;
}

function Preparation({ onDone, onClose }: { onDone: (report: readonly Outcome[]) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [table, setTable] = useState<Blob | null>(null);
  const [credentials, setCredentials] = useState(true);
  const rehearsal = useRehearsal();
  const doing = useImportDevices();
  const changes = changesIn(rehearsal.data ?? []);

  /** Read once: what has been rehearsed is imported, even if somebody saves another file over it meanwhile. */
  async function choose(file: File) {
    const chosen = new Blob([await file.arrayBuffer()], { type: "text/csv" });
    setTable(chosen);
    rehearsal.mutate(chosen);
  }

  return (
    <Dialog open onClose={onClose} title={t("import.title")} description={t("import.text")} className="max-w-3xl">
      <Field label={t("import.file")} hint={t("import.columns")} error={rehearsal.isError ? problemText(rehearsal.error) : undefined}>
        {(wiring) => <FileInput accept=".csv,text/csv" onFile={(file) => void choose(file)} {...wiring} />}
      </Field>
      <div aria-live="polite">
        {rehearsal.isPending && (
          <div className="mt-4">
            <span className="sr-only">{t("import.checking")}</span>
            <SkeletonRows count={3} />
          </div>
        )}
        {rehearsal.data && <ImportTable report={rehearsal.data} />}
      </div>
      <label className="mt-4 flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={credentials}
          onChange={(event) => setCredentials(event.target.checked)}
        />
        {t("import.credentials")}
      </label>
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          variant="primary"
          disabled={!table || changes === 0}
          busy={doing.isPending}
          onClick={() => table && doing.mutate({ table, credentials }, { onSuccess: onDone })}
        >
          {changes === 0 ? t("import.open") : t("import.submit", { count: changes })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Done({ report, onClose }: { report: readonly Outcome[]; onClose: () => void }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const made = newIn(report);
  const withSecrets = report.some(({ credential }) => credential !== null);
  const save = () => saveFile(new Blob([asCsv(report)], { type: "text/csv" }), "kilowatch-import.csv");
  if (adding) return <AddToGatewayDialog devices={made} onClose={() => setAdding(false)} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("import.doneTitle")}
      description={withSecrets ? t("import.doneText") : t("import.doneTextPlain")}
      className="max-w-3xl"
    >
      <ImportTable report={report} />
      <DialogActions>
        <Button onClick={onClose}>{t("action.close")}</Button>
        {made.length > 0 && <Button onClick={() => setAdding(true)}>{t("import.addToGateway")}</Button>}
        <Button variant="primary" onClick={save}>
          {t("import.saveReport")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
