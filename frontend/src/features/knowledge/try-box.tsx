import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";

import type { Schemas } from "@/api/client";
import { Bubble } from "@/components/bubble";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { known, LANGUAGES } from "@/i18n";
import { useFormat } from "@/lib/use-format";
import { LONGEST_MESSAGE } from "@/lib/writing";
import { useTry, type Tried } from "./api/use-try";

interface TryBoxProps {
  /** To begin with. */
  question: string;
  /** The text that is being written; null: what is in force answers. */
  draft: string | null;
}

/** What the bot would answer, and why. */
export function TryBox({ question, draft }: TryBoxProps) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState(question);
  const [language, setLanguage] = useState<Schemas["Language"]>(known(i18n.language) ?? "en");
  const ask = useTry();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim()) ask.mutate({ text: text.trim(), language, yaml: draft });
  };
  return (
    <Card>
      <CardHeader title={t("knowledge.try")}>{t(draft === null ? "knowledge.tryInForce" : "knowledge.tryDraft")}</CardHeader>
      <form onSubmit={submit} className="grid gap-2 px-4 pb-4 sm:px-5">
        <Input
          aria-label={t("knowledge.question")}
          placeholder={t("knowledge.questionHint")}
          maxLength={LONGEST_MESSAGE}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex flex-wrap justify-between gap-2">
          <Segmented
            label={t("users.language")}
            value={language}
            options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={setLanguage}
          />
          <Button type="submit" variant="primary" busy={ask.isPending} disabled={!text.trim()}>
            {t("knowledge.ask")}
          </Button>
        </div>
      </form>
      <div role="status">{ask.data && <Answer tried={ask.data} />}</div>
    </Card>
  );
}

const TONES = { answer: "good", suggest: "info", hand_over: "warn", pass_on: "plain" } as const;

function Answer({ tried: { decision, title, answer, suggestions } }: { tried: Tried }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { outcome, intent, score, reasons = [], repairs = [] } = decision;
  return (
    <div className="grid gap-3 border-t px-4 py-4 text-sm sm:px-5">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={TONES[outcome]}>{t(`knowledge.outcome.${outcome}`)}</Badge>
        {intent && <code className="font-mono text-xs">{intent}</code>}
        {score !== undefined && <span className="text-soft tabular-nums">{number(score, 2)}</span>}
      </p>
      {title && <p className="font-medium">{title}</p>}
      {answer && (
        <Bubble>
          <Markdown>{answer}</Markdown>
        </Bubble>
      )}
      {suggestions.length > 0 && <Words label={t("knowledge.suggestions")} words={suggestions} />}
      {repairs.length > 0 && <Words label={t("knowledge.repairs")} words={repairs.map(({ typed, read_as }) => `${typed} → ${read_as}`)} />}
      {reasons.length > 0 && <Words label={t("knowledge.reasons")} words={reasons.map(({ text, weight }) => `${text} ${number(weight, 2)}`)} />}
    </div>
  );
}

function Words({ label, words }: { label: string; words: readonly string[] }) {
  return (
    <div>
      <p className="mb-1 text-xs text-soft">{label}</p>
      <ul className="flex flex-wrap gap-1.5">
        {words.map((word) => (
          <li key={word}>
            <Badge className="wrap-anywhere whitespace-normal">{word}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}
