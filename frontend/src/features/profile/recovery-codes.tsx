import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Copyable } from "@/components/ui/copyable";
import { DialogActions } from "@/components/ui/dialog";
import { saveFile } from "@/lib/save-file";

/** One to a line, to be taken elsewhere. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = codes.join("\n");
  const save = () => saveFile(new Blob([`${text}\n`], { type: "text/plain" }), "kilowatch-recovery-codes.txt");
  return (
    <>
      <p className="mb-3 text-sm">{t("profile.factorCodesText")}</p>
      <Copyable text={text} label={t("profile.factorCodes")} />
      <DialogActions>
        <Button onClick={save}>
          <Download />
          {t("action.download")}
        </Button>
        <Button variant="primary" onClick={onClose}>
          {t("action.close")}
        </Button>
      </DialogActions>
    </>
  );
}
