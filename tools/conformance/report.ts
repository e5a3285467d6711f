/** Reports as a table for people: for each set and op how many cases passed, failed and were skipped, and the worst error. */
import type { CaseReport } from "./plan.js";
import type { ReadError } from "./readers/index.js";

interface Row {
  readonly set: string;
  readonly op: string;
  passed: number;
  failed: number;
  skipped: number;
  worst: number;
}

const emptyRow = (set: string, op: string): Row => ({ set, op, passed: 0, failed: 0, skipped: 0, worst: 0 });

function count(row: Row, { outcome, error }: CaseReport): void {
  row[outcome]++;
  row.worst = Math.max(row.worst, error);
}

/** A row for the set and one for each of its ops; a case counts for every op it uses. */
function rowsOf(set: string, reports: readonly CaseReport[]): readonly Row[] {
  const total = emptyRow(set, "all");
  const ops = new Map<string, Row>();
  for (const report of reports) {
    count(total, report);
    for (const op of report.ops) {
      const row = ops.get(op) ?? emptyRow("", op);
      ops.set(op, row);
      count(row, report);
    }
  }
  return [total, ...[...ops].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)];
}

const header = ["set", "op", "passed", "failed", "skipped", "worst error"];
/** Columns of words stand left. */
const words = 2;

const cells = ({ set, op, passed, failed, skipped, worst }: Row): readonly string[] => [
  set,
  op,
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
    k < words ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** One line for each check that failed. */
export const failuresOf = (reports: readonly CaseReport[]): readonly string[] =>
  reports.flatMap(({ set, id, checks }) =>
    checks
      .filter(({ outcome }) => outcome === "failed")
      .map(({ label, message }) => `${set}  ${id}  ${label}: ${message}`),
  );

/** One line for each case and each check that was skipped. */
export const skippedOf = (reports: readonly CaseReport[]): readonly string[] =>
  reports.flatMap(({ set, id, outcome, message, checks }) =>
    outcome === "skipped"
      ? [`${set}  ${id}: ${message}`]
      : checks
          .filter((check) => check.outcome === "skipped")
          .map((check) => `${set}  ${id}  ${check.label}: ${check.message}`),
  );

const tally = (reports: readonly CaseReport[], outcome: CaseReport["outcome"]): number =>
  reports.filter((report) => report.outcome === outcome).length;

export interface Report {
  readonly reports: readonly CaseReport[];
  readonly errors: readonly ReadError[];
  readonly seconds: number;
}

/** Prints everything, the counts last, and gives the number of failures; a file that cannot be read is one. */
export function printReport({ reports, errors, seconds }: Report): number {
  const failed = tally(reports, "failed") + errors.length;
  const lines = [
    tableOf(reports),
    "",
    ...skippedOf(reports).map((line) => `skipped  ${line}`),
    ...failuresOf(reports).map((line) => `FAILED   ${line}`),
    ...errors.map(({ path, message }) => `FAILED   ${path}: ${message}`),
    `${seconds.toFixed(1)} s`,
    `${tally(reports, "passed")} passed, ${failed} failed, ${tally(reports, "skipped")} skipped`,
  ];
  console.log(lines.join("\n"));
  return failed;
}
