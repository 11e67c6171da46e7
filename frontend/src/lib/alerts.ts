export const ALERT_KINDS = ["hourly_limit", "power_limit", "daily_budget", "monthly_budget", "offline", "unusual_use"] as const;
export const SEVERITIES = ["info", "warning", "critical"] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];
export type Severity = (typeof SEVERITIES)[number];
