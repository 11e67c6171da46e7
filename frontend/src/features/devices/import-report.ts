/** What became of a line of the table; the server tells one in each line of its answer. */
export interface Outcome {
  line: number;
  status: "created" | "updated" | "unchanged" | "error";
  id: number | null;
  serial_number: string | null;
  name: string | null;
  credential: string | null;
  reason: string | null;
}

export const STATUSES = ["created", "updated", "unchanged", "error"] as const;

export function readReport(lines: string): Outcome[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Outcome);
}

export function countsOf(report: readonly Outcome[]): Record<Outcome["status"], number> {
  const counts = { created: 0, updated: 0, unchanged: 0, error: 0 };
  for (const { status } of report) counts[status] += 1;
  return counts;
}

/** How many devices are made or changed. */
export function changesIn(report: readonly Outcome[]): number {
  const { created, updated } = countsOf(report);
  return created + updated;
}

/** The ids of the devices that were made. */
export function newIn(report: readonly Outcome[]): number[] {
  return report.flatMap(({ status, id }) => (status === "created" && id !== null ? [id] : []));
}

/** What has to be put right comes first; the order of the file otherwise. */
export function worstFirst(report: readonly Outcome[]): Outcome[] {
  return report.toSorted((one, other) => Number(other.status === "error") - Number(one.status === "error"));
}

const COLUMNS = ["line", "status", "id", "serial_number", "name", "credential", "reason"] as const;
/** A spreadsheet takes a cell that begins so for a formula, and runs it. */
const FORMULA = /^[=+\-@\t\r]/;

export function asCsv(report: readonly Outcome[]): string {
  const rows = report.map((outcome) => COLUMNS.map((column) => cell(outcome[column])).join(","));
  return `${[COLUMNS.join(","), ...rows].join("\r\n")}\r\n`;
}

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
