/**
 * `tapeless build`: models in, generated files beside them.
 *
 * Invariant: a model is written whole or, when anything is wrong with it, not at all; the other models of the run are
 * written all the same. With `check` nothing is written.
 */
import { type LoadErrorName, loadError } from "../diagnostics/codes.js";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
import { relativePosix } from "../load/project.js";
import type { CompiledModel, CompileModule } from "../pipeline/compiled-model.js";
import { compileModels, type ModelOutcome } from "./compile-models.js";
import { findModels, outputOf } from "./find-models.js";
import { type FileState, readExisting, replaceFile, stateOf } from "./generated-file.js";
import type { Progress } from "./progress.js";

export interface BuildOptions {
  readonly cwd: string;
  /** Globs, files or folders; none: every model below `cwd`. */
  readonly patterns: readonly string[];
  /** Compare only. */
  readonly check?: boolean;
  readonly compileModule: CompileModule;
  readonly progress?: Progress;
  /** Gets what models print. */
  readonly print?: (line: string) => void;
}

/** `failed`: there is no text to compare or write, see the diagnostics. */
export type FileStatus = FileState | "written" | "failed";

/** Files are named from `cwd`. */
export interface FileResult {
  readonly model: string;
  readonly output: string;
  readonly status: FileStatus;
  /** Names of the generated functions. */
  readonly functions: readonly string[];
  /** Size of the generated text. */
  readonly bytes: number;
}

export interface BuildResult {
  readonly ok: boolean;
  readonly files: readonly FileResult[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Settled {
  readonly file: FileResult;
  readonly diagnostics: readonly Diagnostic[];
}

/** Builds or checks. What is wrong comes in the result; only a pattern without a model throws. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const { cwd, patterns, check = false } = options;
  const models = await findModels(patterns, cwd);
  const settled: Settled[] = [];
  for await (const outcome of compileModels({ ...options, models })) {
    settled.push(await settle(outcome, cwd, check));
  }
  const diagnostics = settled.flatMap((one) => one.diagnostics);
  return { ok: diagnostics.length === 0, files: settled.map(({ file }) => file), diagnostics };
}

async function settle({ model, result }: ModelOutcome, cwd: string, check: boolean): Promise<Settled> {
  const path = outputOf(model);
  const output = relativePosix(cwd, path);
  const names = { model: relativePosix(cwd, model), output };
  if ("diagnostics" in result) {
    return { file: { ...names, status: "failed", functions: [], bytes: 0 }, diagnostics: result.diagnostics };
  }
  const facts = factsOf(result);
  try {
    const state = stateOf(readExisting(path, output), result.text);
    const wrong = check
      ? stateProblem(state, output)
      : state === "foreign"
        ? loadError("foreignOutput", {}, { file: output })
        : undefined;
    if (wrong !== undefined || check) {
      return { file: { ...names, status: state, ...facts }, diagnostics: wrong === undefined ? [] : [wrong] };
    }
    if (state !== "unchanged") await replaceFile(path, result.text, output);
    return { file: { ...names, status: state === "unchanged" ? state : "written", ...facts }, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { file: { ...names, status: "failed", ...facts }, diagnostics: error.diagnostics };
  }
}

const factsOf = ({ text, functions }: CompiledModel): Pick<FileResult, "functions" | "bytes"> => ({
  functions: functions.map(({ name }) => name),
  bytes: Buffer.byteLength(text),
});

/** What `--check` says of a file that is not as it would be built. */
const stateErrors = {
  stale: "stale",
  missing: "missing",
  edited: "edited",
  foreign: "foreignOutput",
} as const satisfies Readonly<Record<Exclude<FileState, "unchanged">, LoadErrorName>>;

const stateProblem = (state: FileState, file: string): Diagnostic | undefined =>
  state === "unchanged" ? undefined : loadError(stateErrors[state], {}, { file });
