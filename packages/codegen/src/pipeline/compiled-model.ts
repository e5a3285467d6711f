/**
 * What the compiler makes of a model: the text of its module, and what is shown of each function.
 *
 * Invariant: plain data; commands get the function that makes it handed in, so they are tested without the compiler.
 */
import type { ExplainReport } from "../diagnostics/explain-report.js";
import type { LoadedModel } from "../load/loaded-model.js";

/** The levels that `--dump` prints, in the order in which they are made. */
export const dumpLevels = ["tensor", "kernel", "loop"] as const;

export type DumpLevel = (typeof dumpLevels)[number];

export interface CompiledFunction {
  readonly name: string;
  readonly dump: Readonly<Record<DumpLevel, string>>;
  readonly explain: ExplainReport;
}

export interface CompiledModel {
  /** The generated module. */
  readonly text: string;
  readonly functions: readonly CompiledFunction[];
}

export type CompileModule = (model: LoadedModel) => CompiledModel;
