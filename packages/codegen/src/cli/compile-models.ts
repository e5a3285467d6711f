/**
 * Loads and compiles models, one after the other.
 *
 * Invariant: what goes wrong with a model is its outcome and does not keep the others from being compiled.
 */
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
import { withModel } from "../load/load-model.js";
import { relativePosix } from "../load/project.js";
import { sourceReader } from "../load/read-source.js";
import type { CompiledModel, CompileModule } from "../pipeline/compiled-model.js";
import { type Progress, silent } from "./progress.js";

export interface CompileOptions {
  readonly cwd: string;
  /** Absolute paths. */
  readonly models: readonly string[];
  readonly compileModule: CompileModule;
  readonly progress?: Progress;
  readonly print?: (line: string) => void;
}

export interface ModelOutcome {
  /** Absolute path. */
  readonly model: string;
  readonly result: CompiledModel | { readonly diagnostics: readonly Diagnostic[] };
}

/** The outcomes, in the order of `models`. */
export async function* compileModels(options: CompileOptions): AsyncGenerator<ModelOutcome> {
  const { cwd, models, compileModule, progress = silent, print } = options;
  const load = { cwd, reader: sourceReader(), ...(print && { print }) };
  try {
    for (const [i, model] of models.entries()) {
      progress.at(relativePosix(cwd, model), i + 1, models.length);
      yield { model, result: await diagnosed(() => withModel(model, load, compileModule)) };
    }
  } finally {
    progress.done();
  }
}

async function diagnosed<T>(work: () => Promise<T>): Promise<T | { readonly diagnostics: readonly Diagnostic[] }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiagnosticError) return { diagnostics: error.diagnostics };
    throw error;
  }
}
