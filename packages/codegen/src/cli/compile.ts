/**
 * The compiler as the command line sees it: model in, text and reports out.
 *
 * Invariant: commands get the compiler handed in, so they are tested without it.
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
