/**
 * Functions named on the command line: `src/digits.model.ts#loss`, or all of a file.
 *
 * Invariant: every target stands for at least one function; a name that is not there is answered with those that are.
 */
import { loadError } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { relativePosix } from "../load/project.js";
import type { CompiledFunction, CompileModule } from "../pipeline/compiled-model.js";
import { compileModels } from "./compile-models.js";
import { findModels } from "./find-models.js";
import type { Progress } from "./progress.js";
import { parseTarget } from "./target.js";

export interface SelectOptions {
  readonly cwd: string;
  readonly targets: readonly string[];
  readonly compileModule: CompileModule;
  readonly progress?: Progress;
  readonly print?: (line: string) => void;
}

/** A compiled function and its model, named from `cwd`. */
export interface Selected {
  readonly file: string;
  readonly compiled: CompiledFunction;
}

export interface Selection {
  readonly functions: readonly Selected[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The names asked for in each model; `undefined`: all of it. */
async function wantedNames(
  targets: readonly string[],
  cwd: string,
): Promise<ReadonlyMap<string, readonly string[] | undefined>> {
  const wanted = new Map<string, readonly string[] | undefined>();
  for (const { pattern, name } of targets.map(parseTarget)) {
    for (const model of await findModels([pattern], cwd)) {
      const known = wanted.has(model) ? wanted.get(model) : [];
      wanted.set(model, name === undefined || known === undefined ? undefined : [...known, name]);
    }
  }
  return wanted;
}

/** Compiles what the targets need; without targets every model below `cwd`. */
export async function selectFunctions(options: SelectOptions): Promise<Selection> {
  const { cwd, targets } = options;
  const wanted = targets.length > 0 ? await wantedNames(targets, cwd) : new Map<string, undefined>();
  const models = targets.length > 0 ? [...wanted.keys()] : await findModels([], cwd);
  const functions: Selected[] = [];
  const diagnostics: Diagnostic[] = [];
  for await (const { model, result } of compileModels({ ...options, models })) {
    const file = relativePosix(cwd, model);
    if ("diagnostics" in result) {
      diagnostics.push(...result.diagnostics);
      continue;
    }
    const names = wanted.get(model);
    diagnostics.push(...unknownNames(names ?? [], result.functions, file));
    const chosen = result.functions.filter(({ name }) => names === undefined || names.includes(name));
    functions.push(...chosen.map((compiled) => ({ file, compiled })));
  }
  return { functions, diagnostics };
}

function unknownNames(
  names: readonly string[],
  functions: readonly CompiledFunction[],
  file: string,
): readonly Diagnostic[] {
  const known = functions.map(({ name }) => name);
  const list = known.join(", ");
  return names
    .filter((name) => !known.includes(name))
    .map((name) => loadError("unknownExport", { name, names: list }, { file }));
}
