import { Save, Undo2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Input, Textarea } from "@/components/ui/input";
import { useDebounced } from "@/lib/use-debounced";
import { useProblemText } from "@/lib/use-problem-text";
import { useMayChange } from "@/lib/use-session";
import { useCheck, useSaveKnowledge } from "./api/use-knowledge";
import { Findings } from "./findings";

const PAUSE_MS = 800;

interface EditorProps {
  inForce: Schemas["KnowledgeAnswer"];
  draft: { number: number; yaml: string } | null;
  onDraft: (yaml: string | null) => void;
}

/** The text is looked over while it is written; what cannot work cannot be saved. */
export function Editor({ inForce, draft, onDraft }: EditorProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const mayChange = useMayChange();
  const problem = useProblemText();
  const yaml = draft?.yaml ?? inForce.yaml;
  const settled = useDebounced(draft?.yaml ?? null, PAUSE_MS);
  const check = useCheck(draft ? settled : null);
  const isSound = check.data?.problems.length === 0 && settled === draft?.yaml;
  const change = (next: string) => onDraft(next === inForce.yaml ? null : next);
  return (
    <Card>
      <CardHeader title={t("knowledge.inForce", { number: inForce.number })}>
        {draft && t(draft.number === inForce.number ? "knowledge.changed" : "knowledge.overtaken")}
      </CardHeader>
      <div className="grid gap-3 px-4 pb-4 sm:px-5">
        <Textarea
          ref={area}
          aria-label={t("knowledge.title")}
          spellCheck={false}
          readOnly={!mayChange}
          wrap="off"
          className="h-[28rem] resize-y font-mono text-[0.8125rem] leading-5"
          value={yaml}
          onChange={(event) => change(event.target.value)}
        />
        {draft && check.isError && (
          <p role="alert" className="text-sm text-bad">
            {problem(check.error)}
          </p>
        )}
        {draft && check.data && <Findings found={check.data} onLine={(line) => goToLine(area.current, line)} />}
        {draft && <SaveForm draft={draft} isSound={isSound} onDone={() => onDraft(null)} />}
      </div>
    </Card>
  );
}

interface SaveFormProps {
  draft: { number: number; yaml: string };
  isSound: boolean;
  onDone: () => void;
}

function SaveForm({ draft, isSound, onDone }: SaveFormProps) {
  const { t } = useTranslation();
  const save = useSaveKnowledge();
  const [note, setNote] = useState("");
  const done = () => {
    toast.success(t("knowledge.saved"));
    onDone();
  };
  return (
    <form
      className="flex flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ ...draft, note: note.trim() }, { onSuccess: done });
      }}
    >
      <Input
        aria-label={t("knowledge.note")}
        placeholder={t("knowledge.note")}
        maxLength={500}
        className="min-w-40 flex-1"
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button onClick={onDone}>
        <Undo2 />
        {t("knowledge.discard")}
      </Button>
      <Button type="submit" variant="primary" busy={save.isPending} disabled={!isSound}>
        <Save />
        {t("knowledge.save")}
      </Button>
    </form>
  );
}

/** Selects a line, counted from 1, and scrolls to it. */
export function goToLine(area: HTMLTextAreaElement | null, line: number) {
  if (!area) return;
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 4);
}
