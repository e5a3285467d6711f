/** The table of generated functions beside C++. */
import { showRatio, showTime, table } from "../report/table.js";
import type { Row } from "./gradbench.js";

export const head = ["problem", "sizes", "function", "generated", "C++", "ratio"];

export const cellsOf = ({
  problem,
  sizes,
  function: name,
  ours,
  cpp,
  ratio,
  disturbed,
  failure,
}: Row): readonly string[] =>
  failure === undefined
    ? [problem, sizes, name, showTime(ours), showTime(cpp), `${disturbed ? "~" : ""}${showRatio(ratio)}`]
    : [problem, sizes, name, failure];

export const gradbenchTable = (rows: readonly Row[]): string => table(head, rows.map(cellsOf));
