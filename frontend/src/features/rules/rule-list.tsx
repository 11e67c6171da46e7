import { useState } from "react";
import { useTranslation } from "react-i18next";

import { AlertIcon } from "@/components/alert-icon";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { ALERT_KINDS } from "@/lib/alerts";
import { useRules, type HeldRule } from "./api/use-rules";
import { RuleDialog } from "./rule-dialog";
import { useRuleText } from "./use-rule-text";

interface RuleListProps {
  /** A device; null: all that have no rule of their own. */
  of: number | null;
  limitKwh: number | null;
  mayChange: boolean;
}

export function RuleList({ of, limitKwh, mayChange }: RuleListProps) {
  const rules = useRules(of);
  const [editing, setEditing] = useState<HeldRule | null>(null);
  if (rules.isPending) return <SkeletonRows />;
  if (rules.isError) return <LoadFailed error={rules.error} retry={() => void rules.refetch()} />;
  const inOrder = rules.data.toSorted((one, other) => ALERT_KINDS.indexOf(one.rule.kind) - ALERT_KINDS.indexOf(other.rule.kind));
  return (
    <>
      <ul className="divide-y border-t first:border-t-0">
        {inOrder.map((held) => (
          <Row key={held.rule.kind} held={held} limitKwh={limitKwh} ofDevice={of !== null} onEdit={mayChange ? () => setEditing(held) : null} />
        ))}
      </ul>
      {editing && <RuleDialog held={editing} of={of} limitKwh={limitKwh} onClose={() => setEditing(null)} />}
    </>
  );
}

interface RowProps {
  held: HeldRule;
  limitKwh: number | null;
  ofDevice: boolean;
  onEdit: (() => void) | null;
}

function Row({ held: { rule, origin }, limitKwh, ofDevice, onEdit }: RowProps) {
  const { t } = useTranslation();
  const text = useRuleText();
  const name = t(`alerts.${rule.kind}`);
  const isWatched = rule.enabled && (rule.kind !== "hourly_limit" || !ofDevice || limitKwh !== null);
  return (
    <li className="flex items-center gap-3 px-4 py-3 sm:px-5">
      <span className={isWatched ? "text-accent" : "text-soft"}>
        <AlertIcon kind={rule.kind} className="size-5" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm font-medium">
          {name}
          <Badge tone={isWatched ? "good" : "plain"}>{t(isWatched ? "rules.on" : "rules.off")}</Badge>
          {ofDevice && origin === "device" && <Badge tone="info">{t("rules.own")}</Badge>}
        </p>
        <p className="text-sm text-soft">{text(rule, ofDevice ? limitKwh : undefined)}</p>
      </div>
      {onEdit && (
        <Button size="sm" onClick={onEdit} aria-label={`${t("action.edit")}: ${name}`}>
          {t("action.edit")}
        </Button>
      )}
    </li>
  );
}
