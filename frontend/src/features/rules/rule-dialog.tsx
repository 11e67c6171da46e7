import { useState } from "react";
import { useWatch, type Control } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import type { AlertKind } from "@/lib/alerts";
import { decimalOf } from "@/lib/decimal";
import { useValidForm } from "@/lib/form";
import { useDebounced } from "@/lib/use-debounced";
import { useFormat } from "@/lib/use-format";
import { useUndoable } from "@/lib/use-undoable";
import type { HeldRule } from "./api/use-rules";
import { saveRule, useResetRule, useSaveRule } from "./api/use-save-rule";
import { PreviewCard } from "./preview-card";
import { ruleOf, schemaOf, valuesOf, type RuleValues } from "./rule-form";
import { RuleFields } from "./rule-fields";
import { TrialFields } from "./trial-fields";

interface RuleDialogProps {
  held: HeldRule;
  /** A device; null: all that have no rule of their own. */
  of: number | null;
  limitKwh: number | null;
  onClose: () => void;
}

/** A rule, and beside it what it would have done. */
export function RuleDialog({ held, of, limitKwh, onClose }: RuleDialogProps) {
  const { t } = useTranslation();
  const { kind } = held.rule;
  const save = useSaveRule(of);
  const reset = useResetRule(of);
  const { typed } = useFormat();
  const form = useValidForm(schemaOf(kind), valuesOf(held.rule, typed));
  const done = () => {
    toast.success(t("state.saved"));
    onClose();
  };
  const tell = useUndoable(["rules"]);
  const wasReset = () => {
    tell(t("rules.wasReset"), () => saveRule(of, held.rule));
    onClose();
  };
  const submit = form.handleSubmit((values) => save.mutate(ruleOf(kind, values), { onSuccess: done }));
  const mayReset = of === null || held.origin === "device";
  return (
    <Dialog open onClose={onClose} title={t(`alerts.${kind}`)} description={t(of === null ? "rules.editDefault" : "rules.editOwn")} className="max-w-2xl">
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
        <RuleFields kind={kind} form={form} />
        <TryOut kind={kind} control={form.control} of={of} limitKwh={limitKwh} />
        <DialogActions>
          {mayReset && (
            <Button variant="ghost" className="mr-auto" busy={reset.isPending} onClick={() => reset.mutate(kind, { onSuccess: wasReset })}>
              {t(of === null ? "rules.resetDefault" : "rules.resetOwn")}
            </Button>
          )}
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("action.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const PAUSE_MS = 500;

interface TryOutProps {
  kind: AlertKind;
  control: Control<RuleValues>;
  of: number | null;
  limitKwh: number | null;
}

/** Asked for when the typing pauses, and only of what could be saved. */
function TryOut({ kind, control, of, limitKwh }: TryOutProps) {
  const values = useDebounced(JSON.stringify(useWatch({ control })), PAUSE_MS);
  const [device, setDevice] = useState(of);
  const { typed } = useFormat();
  const [limit, setLimit] = useState(typed(limitKwh));
  const asksLimit = kind === "hourly_limit";
  const tried = decimalOf(useDebounced(limit, PAUSE_MS)) || null;
  const parsed = schemaOf(kind).safeParse(JSON.parse(values));
  const isReady = device !== null && parsed.success && (!asksLimit || tried !== null);
  return (
    <PreviewCard trial={isReady ? { device, rule: ruleOf(kind, parsed.data), limitKwh: asksLimit ? tried : null } : null}>
      {(of === null || asksLimit) && (
        <TrialFields device={of === null ? device : undefined} onDevice={setDevice} limit={asksLimit ? limit : undefined} onLimit={setLimit} />
      )}
    </PreviewCard>
  );
}
