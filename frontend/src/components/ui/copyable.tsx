import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./button";

/** A text to be taken elsewhere. Without the clipboard (no TLS) it can still be selected. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard?.writeText(text).then(() => setCopied(true));
  return (
    <div className="flex items-stretch gap-2">
      <output aria-label={label} className="min-w-0 flex-1 rounded-lg border bg-sunken px-3 py-2 font-mono text-[0.8125rem] break-all whitespace-pre-line select-all">
        {text}
      </output>
      <Button onClick={() => void copy()} className="h-auto">
        {copied ? <Check /> : <Copy />}
        {copied ? t("action.copied") : t("action.copy")}
      </Button>
    </div>
  );
}
