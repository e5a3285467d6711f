/** Tables of times and of ratios, and who is missing from them. */
import type { PlotRow } from "../report/plot.js";
import { showRatio, showTime, table } from "../report/table.js";
import type { Entrant } from "./entrants.js";
import { ours, type Result, type WorkloadResult } from "./run.js";

type Cell = (result: Result) => string;

function tableOf(rows: readonly WorkloadResult[], entrants: readonly Entrant[], cell: Cell): string {
  const cells = rows.map(({ workload, about, results }) => [
    `${workload}  ${about}`,
    ...entrants.map(({ id }) => {
      const found = results.find((result) => result.id === id);
      return found === undefined ? "–" : cell(found);
    }),
  ]);
  return table(["workload (value and gradient)", ...entrants.map(({ label }) => label)], cells);
}

/** "~" says that the core was disturbed all the time. */
const mark = (disturbed: boolean, text: string): string => (disturbed ? `~${text}` : text);

export const timesTable = (rows: readonly WorkloadResult[], entrants: readonly Entrant[]): string =>
  tableOf(rows, entrants, ({ median, disturbed }) => mark(disturbed, showTime(median)));

export const ratiosTable = (rows: readonly WorkloadResult[], entrants: readonly Entrant[]): string =>
  tableOf(
    rows,
    entrants.filter(({ id }) => id !== ours),
    ({ ratio, disturbed }) => mark(disturbed, showRatio(ratio)),
  );

/** Who is missing for a reason that one should know; that a library has no such workload is none. */
export function absences(rows: readonly WorkloadResult[]): readonly string[] {
  const told = rows.flatMap(({ workload, absent }) =>
    absent.filter(({ why }) => why !== "n/a").map(({ id, why }) => ({ workload, id, why: why.split("\n")[0] ?? why })),
  );
  const groups = new Map<string, string[]>();
  for (const { workload, id, why } of told)
    groups.set(`${id}: ${why}`, [...(groups.get(`${id}: ${why}`) ?? []), workload]);
  return Array.from(groups, ([what, workloads]) => `${what} (${workloads.join(", ")})`);
}

/** The ratios as dots; those of workloads in which the generated function is missing cannot be drawn. */
export const plotRows = (rows: readonly WorkloadResult[], entrants: readonly Entrant[]): readonly PlotRow[] =>
  rows.map(({ workload, about, results }) => ({
    label: `${workload}  ${about}`,
    dots: results
      .filter(({ id, ratio }) => id !== ours && Number.isFinite(ratio))
      .map(({ id, ratio }) => ({ label: entrants.find((each) => each.id === id)?.label ?? id, ratio })),
  }));
