/** Reports as a table for people: for each set and op how many cases passed, failed and were skipped, and the worst error. */
import type { CaseReport } from "./run.js";

interface Row {
  readonly name: string;
  passed: number;
  failed: number;
  skipped: number;
  worst: number;
}

const emptyRow = (name: string): Row => ({ name, passed: 0, failed: 0, skipped: 0, worst: 0 });

function count(row: Row, { outcome, error }: CaseReport): void {
  row[outcome]++;
  row.worst = Math.max(row.worst, error);
}

/** A row for the set and one for each of its ops; a case counts for every op it uses. */
function rowsOf(set: string, reports: readonly CaseReport[]): readonly Row[] {
  const total = emptyRow(set);
  const ops = new Map<string, Row>();
  for (const report of reports) {
    count(total, report);
    for (const op of report.ops) {
      const row = ops.get(op) ?? emptyRow(`  ${op}`);
      ops.set(op, row);
      count(row, report);
    }
  }
  return [total, ...[...ops].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)];
}

const header = ["set / op", "passed", "failed", "skipped", "worst error"];

const cells = ({ name, passed, failed, skipped, worst }: Row): readonly string[] => [
  name,
  ...[passed, failed, skipped].map((n) => (n === 0 ? "" : String(n))),
  passed + failed === 0 ? "" : worst.toExponential(1),
];

/** The table of all sets. */
export function tableOf(reports: readonly CaseReport[]): string {
  const sets = [...new Set(reports.map(({ set }) => set))];
  const own = (set: string) => reports.filter((report) => report.set === set);
  const lines = [header, ...sets.flatMap((set) => rowsOf(set, own(set)).map(cells))];
  const widths = header.map((_, k) => Math.max(...lines.map((line) => line[k]?.length ?? 0)));
  const pad = (cell: string, k: number): string =>
    k === 0 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** One line for each check that failed. */
export const failuresOf = (reports: readonly CaseReport[]): readonly string[] =>
  reports.flatMap(({ id, checks }) =>
    checks.filter(({ outcome }) => outcome === "failed").map(({ label, message }) => `${id}  ${label}: ${message}`),
  );

/** One line for each case and each check that was skipped. */
export const skippedOf = (reports: readonly CaseReport[]): readonly string[] =>
  reports.flatMap(({ id, outcome, message, checks }) =>
    outcome === "skipped"
      ? [`${id}: ${message}`]
      : checks.filter((check) => check.outcome === "skipped").map((check) => `${id}  ${check.label}: ${check.message}`),
  );
