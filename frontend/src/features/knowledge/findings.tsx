import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useServerText } from "@/lib/use-server-text";

const SHOWN = 20;

interface FindingsProps {
  found: Schemas["CheckAnswer"];
  onLine: (line: number) => void;
}

/** What is wrong with the text, each with the way to its line, and what is perhaps not as it was meant. */
export function Findings({ found: { problems, warnings }, onLine }: FindingsProps) {
  const { t } = useTranslation();
  const told = useServerText();
  if (problems.length === 0 && warnings.length === 0) {
    return (
      <p role="status" className="flex items-center gap-2 text-sm text-accent">
        <CircleCheck className="size-4" aria-hidden />
        {t("knowledge.sound")}
      </p>
    );
  }
  return (
    <ul role="status" className="grid max-h-52 gap-1.5 overflow-y-auto text-sm" tabIndex={0} aria-label={t("knowledge.findings")}>
      {problems.slice(0, SHOWN).map(({ line, topic, message }) => (
        <li key={`${line} ${message}`} className="flex gap-2 text-bad">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            <button type="button" className="min-h-6 underline" onClick={() => onLine(line)}>
              {t("knowledge.line", { line })}
            </button>
            {topic && ` (${topic})`}: {told(message)}
          </span>
        </li>
      ))}
      {warnings.slice(0, SHOWN).map((warning) => (
        <li key={warning} className="flex gap-2 text-warn">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {told(warning)}
        </li>
      ))}
    </ul>
  );
}
