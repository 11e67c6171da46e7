import type { Schemas } from "@/api/client";
import type { Judged } from "./api/use-decisions";

export type Decision = Schemas["Decision"];

/** What the rules decided; null: none was asked. Kept as it was on that day. */
export function decisionOf({ decision }: Judged): Decision | null {
  return decision as Decision | null;
}

/** The name of the language model that wrote the answer; null: the rules did. */
export function modelOf({ generation }: Judged): string | null {
  const model = (generation as { model?: unknown } | null)?.model;
  return typeof model === "string" && model ? model : null;
}
