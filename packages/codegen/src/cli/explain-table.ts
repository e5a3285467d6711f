/**
 * `tapeless explain` as text: what a function costs, and its kernels as a table.
 *
 * Invariant: numbers are told apart by thousands, in formulas too; what may be long stands last, so that the columns of
 * numbers stay together on a narrow terminal.
 */
import type { Count, ExplainKernel } from "../diagnostics/explain-report.js";
import type { Selected } from "./select-functions.js";

const showCount = (count: Count): string =>
  `${count}`.replace(/\b\d+\b/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));

/** `digits.model.ts:14,15`: the lines of each file, once. */
function showLines({ spans }: ExplainKernel): string {
  const files = [...new Set(spans.map(({ file }) => file))];
  const linesOf = (name: string): readonly number[] =>
    [...new Set(spans.filter(({ file }) => file === name).map(({ line }) => line))].sort((a, b) => a - b);
  return files.map((file) => `${file}:${linesOf(file).join(",")}`).join(" ");
}

const columns: readonly { readonly title: string; readonly of: (kernel: ExplainKernel) => string }[] = [
  { title: "kernel", of: ({ name }) => name },
  { title: "flops", of: ({ flops }) => showCount(flops) },
  { title: "bytes", of: ({ bytes }) => showCount(bytes) },
  { title: "schedule", of: ({ schedule }) => schedule },
  { title: "lines", of: showLines },
  { title: "computes", of: ({ comment }) => comment.replace(/\s*\n\s*/g, " ") },
  { title: "why", of: ({ reason }) => reason },
];

/** Rows with columns as wide as their widest cell. */
function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** One function, with a line break at the end. */
export function explainTable({ file, compiled: { explain } }: Selected): string {
  const costs = [
    ["ops", showCount(explain.ops)],
    ...(explain.opsAgain === 0 ? [] : [["of which again", showCount(explain.opsAgain)]]),
    ["flops", showCount(explain.flops)],
    ["reads", `${showCount(explain.bytesRead)} bytes`],
    ["writes", `${showCount(explain.bytesWritten)} bytes`],
    ["arena", `${showCount(explain.arenaBytes)} bytes`],
  ];
  const table = [
    columns.map(({ title }) => title),
    ...explain.kernels.map((kernel) => columns.map(({ of }) => of(kernel))),
  ];
  const indent = (line: string): string => `  ${line}`;
  return [`${file}#${explain.name}`, ...alignRows(costs).map(indent), "", ...alignRows(table).map(indent), ""].join(
    "\n",
  );
}
