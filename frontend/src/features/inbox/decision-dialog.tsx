import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useDecisions, type Judged } from "./api/use-decisions";
import { decisionOf, modelOf, type Decision } from "./decision";

interface DecisionDialogProps {
  conversation: string;
  /** Of the assistant's message. */
  sequence: number;
  onClose: () => void;
}

/** Why the assistant said what it said. */
export function DecisionDialog({ conversation, sequence, onClose }: DecisionDialogProps) {
  const { t } = useTranslation();
  const decisions = useDecisions(conversation);
  const judged = decisions.data?.find(({ answer_sequence }) => answer_sequence === sequence);
  return (
    <Dialog open onClose={onClose} title={t("decision.title")} {...(judged && { description: `“${judged.question}”` })}>
      {decisions.isPending && <SkeletonRows count={4} />}
      {decisions.isError && <LoadFailed error={decisions.error} retry={() => void decisions.refetch()} />}
      {decisions.isSuccess && !judged && <p className="text-sm text-soft">{t("decision.none")}</p>}
      {judged && (
        <div tabIndex={0} role="group" aria-label={t("decision.title")} className="rounded">
          <Told judged={judged} />
        </div>
      )}
    </Dialog>
  );
}

function Told({ judged }: { judged: Judged }) {
  const { t } = useTranslation();
  const decision = decisionOf(judged);
  const model = modelOf(judged);
  return (
    <Facts className="px-0 sm:px-0">
      <Fact label={t("decision.by")}>{model ?? t("decision.rules")}</Fact>
      {decision ? <Rules decision={decision} /> : <Fact label={t("decision.stage")}>{t("decision.noRule")}</Fact>}
    </Facts>
  );
}

function Rules({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { stage, intent, score = 0, runner_up, reasons = [], repairs = [], version } = decision;
  return (
    <>
      <Fact label={t("decision.stage")}>{t(`decisionStage.${stage}`)}</Fact>
      <Fact label={t("decision.intent")}>{intent ? <Topic name={intent} score={number(score, 2)} /> : "–"}</Fact>
      <Fact label={t("decision.runnerUp")}>
        {runner_up ? <Topic name={runner_up.topic} score={number(runner_up.score, 2)} /> : "–"}
      </Fact>
      {reasons.length > 0 && (
        <Fact label={t("decision.reasons")}>
          <Words>
            {reasons.map(({ text, weight }) => (
              <Word key={text}>
                {text} <span className="font-normal tabular-nums">{number(weight, 2)}</span>
              </Word>
            ))}
          </Words>
        </Fact>
      )}
      {repairs.length > 0 && (
        <Fact label={t("decision.repairs")}>
          <Words>
            {repairs.map(({ typed, read_as }) => (
              <Word key={typed}>{`${typed} → ${read_as}`}</Word>
            ))}
          </Words>
        </Fact>
      )}
      <Fact label={t("decision.version")}>
        <code className="font-mono text-xs">{version}</code>
      </Fact>
    </>
  );
}

function Topic({ name, score }: { name: string; score: string }) {
  return (
    <>
      <code className="font-mono text-xs">{name}</code> <span className="text-soft tabular-nums">{score}</span>
    </>
  );
}

function Words({ children }: { children: ReactNode }) {
  return <ul className="flex flex-wrap gap-1.5">{children}</ul>;
}

function Word({ children }: { children: ReactNode }) {
  return (
    <li>
      <Badge className="wrap-anywhere whitespace-normal">{children}</Badge>
    </li>
  );
}
