import { SEVERITIES, type AlertKind, type Severity } from "@/lib/alerts";
import { decimalOf } from "@/lib/decimal";
import { z } from "@/lib/form";
import type { Formatting } from "@/lib/format";
import { AMOUNTS, type Amount, type Rule } from "./amounts";

const MINUTE_S = 60;
/** Thirty days. */
const LONGEST_MIN = 43_200;

export const COOLDOWN = { least: 0, most: LONGEST_MIN };
export const ESCALATION = { least: 1, most: LONGEST_MIN };

/** A rule as a form has it: numbers as they are typed, times in minutes. */
export interface RuleValues {
  enabled: boolean;
  severity: Severity;
  amounts: Record<string, string>;
  cooldown: string;
  /** Empty: never. */
  escalate: string;
  quiet: boolean;
  quietStart: string;
  quietEnd: string;
}

export function valuesOf(rule: Rule, typed: Formatting["typed"]): RuleValues {
  const said = rule as unknown as Record<string, number>;
  return {
    enabled: rule.enabled,
    severity: rule.severity,
    amounts: Object.fromEntries(AMOUNTS[rule.kind].map(({ name, per }) => [name, typed(said[name]! / per)])),
    cooldown: typed(rule.cooldown_s / MINUTE_S),
    escalate: rule.escalate_after_s ? typed(rule.escalate_after_s / MINUTE_S) : "",
    quiet: !!rule.quiet,
    quietStart: rule.quiet?.start.slice(0, 5) ?? "22:00",
    quietEnd: rule.quiet?.end.slice(0, 5) ?? "07:00",
  };
}

export function ruleOf(kind: AlertKind, values: RuleValues): Rule {
  const { enabled, severity, amounts, cooldown, escalate, quiet, quietStart, quietEnd } = values;
  return {
    kind,
    enabled,
    severity,
    ...Object.fromEntries(AMOUNTS[kind].map(({ name, per }) => [name, decimalOf(amounts[name] ?? "") * per])),
    cooldown_s: Math.round(decimalOf(cooldown) * MINUTE_S),
    escalate_after_s: escalate.trim() ? Math.round(decimalOf(escalate) * MINUTE_S) : null,
    quiet: quiet ? { start: quietStart, end: quietEnd } : null,
  } as Rule;
}

export function schemaOf(kind: AlertKind): z.ZodMiniType<RuleValues, RuleValues> {
  const amounts = AMOUNTS[kind].map((amount) => [amount.name, within(amount)] as const);
  return z.object({
    enabled: z.boolean(),
    severity: z.enum(SEVERITIES),
    amounts: z.object(Object.fromEntries(amounts)),
    cooldown: within(COOLDOWN),
    escalate: z.string().check(z.refine((text) => text.trim() === "" || isWithin(text, ESCALATION))),
    quiet: z.boolean(),
    quietStart: z.string(),
    quietEnd: z.string(),
  }) as unknown as z.ZodMiniType<RuleValues, RuleValues>;
}

function within(bounds: Pick<Amount, "least" | "most">) {
  return z.string().check(z.refine((text) => isWithin(text, bounds)));
}

function isWithin(text: string, { least, most }: Pick<Amount, "least" | "most">): boolean {
  const value = decimalOf(text);
  return value >= least && value <= most;
}
