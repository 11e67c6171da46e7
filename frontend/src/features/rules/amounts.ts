import type { Schemas } from "@/api/client";
import type { AlertKind } from "@/lib/alerts";

export type Rule = Schemas["RuleAnswer"]["rule"];

type AmountName = "limit_w" | "for_s" | "hysteresis_percent" | "kwh" | "warn_percent" | "missed" | "grace_s" | "weeks" | "deviations" | "least_kwh";

/** What a person says of a rule, within the bounds that the server has. */
export interface Amount {
  name: AmountName;
  /** So many of the server's unit are one of what is shown: seconds become minutes. */
  per: number;
  least: number;
  most: number;
}

const amount = (name: AmountName, least: number, most: number, per = 1): Amount => ({ name, per, least, most });

const BUDGET = [amount("kwh", 0.001, 1e9), amount("warn_percent", 10, 100)];

export const AMOUNTS: Readonly<Record<AlertKind, readonly Amount[]>> = {
  hourly_limit: [],
  power_limit: [amount("limit_w", 1, 1e9), amount("for_s", 0, 1440, 60), amount("hysteresis_percent", 0, 90)],
  daily_budget: BUDGET,
  monthly_budget: BUDGET,
  offline: [amount("missed", 1, 1000), amount("grace_s", 0, 1440, 60)],
  unusual_use: [amount("deviations", 2, 20), amount("weeks", 4, 26), amount("least_kwh", 0, 1e6)],
};
