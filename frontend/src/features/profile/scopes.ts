import type { Role } from "@/api/session";

/** Parts of the API, as the first word of their addresses. */
const OF_EVERYBODY = ["alert-rules", "alerts", "devices", "notifications", "readings", "sites", "support", "tariffs", "usage"];
const OF_STAFF = ["audit", "completeness", "corrections", "gateways", "imports", "ingest", "monitoring", "rejected-readings", "users"];

export type Right = "none" | "read" | "write";
export type Reach = "read" | "write" | "parts";

export function areasFor(role: Role | null): readonly string[] {
  return role === "client" ? OF_EVERYBODY : [...OF_EVERYBODY, ...OF_STAFF].sort();
}

/** Who may write may read. */
export function scopesOf(reach: Reach, parts: Readonly<Record<string, Right>>): string[] {
  if (reach !== "parts") return [reach];
  return Object.entries(parts).flatMap(([area, right]) => (right === "none" ? [] : [`${area}:${right}`]));
}
