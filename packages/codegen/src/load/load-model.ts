/**
 * From a model file to the functions it exports, and to errors that speak of the model's own lines.
 *
 * Invariant: whatever goes wrong while the model is loaded or used comes out as a `DiagnosticError` whose places are in
 * the user's files; no file, hook or console method is left behind.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isFn, type Span } from "@tapeless/types/compiler";
import { loadError } from "../diagnostics/codes.js";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
import { type ErrorContext, toDiagnostics } from "../diagnostics/to-diagnostic.js";
import { tsMorph } from "../util/ts-morph.js";
import { type Bundle, bundleModel } from "./bundle.js";
import { divertConsole } from "./divert-console.js";
import { exportProblems } from "./export-names.js";
import { importFailure } from "./import-failure.js";
import { listenToWarnings } from "./listen-to-warnings.js";
import type { LoadedModel } from "./loaded-model.js";
import { modelExports, type ReadFile } from "./model-exports.js";
import { type Project, projectOf, relativePosix, seenFrom } from "./project.js";
import { type SourceReader, sourceReader } from "./read-source.js";
import { runBundle, scratchOf } from "./run-bundle.js";
import { type SourcePositions, sourcePositions } from "./source-positions.js";
import { installSpanCapture } from "./span-capture.js";

export interface LoadOptions {
  /** Where the user stands: files in errors are named from here. */
  readonly cwd: string;
  /** One for a whole build. */
  readonly reader?: SourceReader;
  /** Gets what the model prints and what it is warned of, line by line. */
  readonly print?: (line: string) => void;
}

/** One loading, from the bundle on. */
interface Loading {
  readonly project: Project;
  readonly bundle: Bundle;
  readonly positions: SourcePositions;
  readonly reader: SourceReader;
}

/**
 * Loads the model at `file`, which is there, and gives it to `use`. While `use` runs, the ops that it causes know the
 * lines of the model that they come from.
 */
export async function withModel<T>(
  file: string,
  { cwd, reader = sourceReader(), print = console.error }: LoadOptions,
  use: (model: LoadedModel) => T | Promise<T>,
): Promise<T> {
  const project = projectOf(file);
  const scratch = scratchOf(project);
  const seen = seenFrom(cwd, project.root);
  const relocate = (span: Span): Span => ({ ...span, file: seen(span.file) });
  const context = { file: seen(project.file), relocate };
  const bundling = telling(context, () => bundleModel(project, scratch.file));
  tsMorph(); // takes as long as a small model to compile, and the bundler is another process
  const bundle = await bundling;
  const positions = sourcePositions(scratch.file, scratch.url, bundle.map, project.root);
  const uninstall = [
    divertConsole(print),
    installSpanCapture(scratch.url, positions),
    listenToWarnings(print, relocate),
  ];
  const locate = (error: Error): Span | undefined => {
    const span = positions.of(error);
    return span && relocate(span);
  };
  const loading = { project, bundle, positions, reader };
  try {
    const values = await telling({ ...context, locate, modelRuns: true }, () =>
      orImportFailure(loading, () => runBundle(scratch, bundle.code)),
    );
    return await telling({ ...context, locate }, async () => await use(loadedModel(loading, values)));
  } finally {
    for (const end of uninstall.reverse()) end();
  }
}

/** Runs a part of the work; what it throws becomes diagnostics, named from where the user stands. */
async function telling<T>(
  context: ErrorContext & Pick<Required<ErrorContext>, "relocate">,
  work: () => Promise<T>,
): Promise<T> {
  const { relocate } = context;
  const relocated = ({ span, file, ...rest }: Diagnostic): Diagnostic => ({
    ...rest,
    ...(span && { span: relocate(span) }),
    ...(file !== undefined && { file: relocate({ file, line: 1, column: 1 }).file }),
  });
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiagnosticError) throw new DiagnosticError(error.diagnostics.map(relocated));
    throw new DiagnosticError(toDiagnostics(error, context));
  }
}

/** An import that fails throws from Node's loader: what it says is put in terms of the model's imports. */
async function orImportFailure<T>(loading: Loading, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const files = [...readFiles(loading).values()].map(({ facts }) => facts);
    const failure = importFailure(error, files, loading.project.file);
    throw failure === undefined ? error : new DiagnosticError([failure]);
  }
}

/** The files of the bundle that TypeScript can read, by their path from the project. */
function readFiles({ project, bundle, reader }: Loading): ReadonlyMap<string, ReadFile> {
  const scripts = bundle.files.filter(({ file }) => /\.[cm]?[jt]sx?$/.test(file));
  return new Map(
    scripts.map((one) => {
      const text = readFileSync(resolve(project.root, one.file), "utf8");
      return [one.file, { ...one, facts: reader.read(one.file, text) }];
    }),
  );
}

function loadedModel(loading: Loading, values: Readonly<Record<string, unknown>>): LoadedModel {
  const { root, file } = loading.project;
  const model = relativePosix(root, file);
  const files = readFiles(loading);
  const exports = modelExports(model, files, values, isFn);
  if (exports.length === 0) throw new DiagnosticError([loadError("noFn", {}, { file })]);
  const problems = exportProblems(exports, file);
  if (problems.length > 0) throw new DiagnosticError(problems);
  return { file: model, exports, localNames: [...files.values()].flatMap(({ facts }) => facts.localNames) };
}
