/**
 * The model files that a command is about.
 *
 * Invariant: every pattern stands for at least one model, each model comes once, in the order of its path.
 */
import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { escapePath, glob } from "tinyglobby";
import { loadError } from "../diagnostics/codes.js";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
import { relativePosix } from "../load/project.js";

const modelFile = /\.model\.(m?ts)$/;

/** The file that is generated from a model, beside it. */
export const outputOf = (model: string): string => model.replace(modelFile, ".gen.$1");

const ignore = ["**/node_modules/**", "**/dist/**"];

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Files matching one pattern: the file of that very name, else by glob; a folder stands for all in it. */
async function matches(pattern: string, cwd: string): Promise<readonly string[]> {
  const path = resolve(cwd, pattern);
  if (isFile(path)) return [path];
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const text = folder ? `${escapePath(pattern.replace(/[/\\]+$/, "") || "/")}/**/*.model.{ts,mts}` : pattern;
  const found = await glob(text, { cwd, ignore, absolute: true, expandDirectories: false });
  return found.map((file) => resolve(file)).filter((file) => modelFile.test(file));
}

/** What is wrong with a pattern that stands for no model. */
function problem(pattern: string, found: readonly string[], cwd: string): Diagnostic | undefined {
  if (found.length === 0) {
    const missing = !/[*?{}[\]()!]/.test(pattern) && !statSync(resolve(cwd, pattern), { throwIfNoEntry: false });
    return missing
      ? loadError("modelMissing", { cwd }, { file: pattern })
      : loadError("noModels", { patterns: pattern });
  }
  const other = found.find((file) => !modelFile.test(file));
  return other === undefined ? undefined : loadError("notModel", {}, { file: relativePosix(cwd, other) });
}

/** The absolute paths of the models that `patterns` stand for; without patterns all below `cwd`. */
export async function findModels(patterns: readonly string[], cwd: string): Promise<readonly string[]> {
  const wanted = patterns.length > 0 ? patterns : ["**/*.model.{ts,mts}"];
  const found = await Promise.all(wanted.map((pattern) => matches(pattern, cwd)));
  const problems = wanted.flatMap((pattern, i) => problem(pattern, found[i] ?? [], cwd) ?? []);
  if (patterns.length === 0 && problems.length > 0) {
    throw new DiagnosticError([loadError("noModels", { patterns: "**/*.model.ts" })]);
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  const models = [...new Set(found.flat())].sort((a, b) => (a < b ? -1 : 1));
  const clashes = outputClashes(models, cwd);
  if (clashes.length > 0) throw new DiagnosticError(clashes);
  return models;
}

/** Models whose generated files differ at most in case. */
function outputClashes(models: readonly string[], cwd: string): readonly Diagnostic[] {
  const first = new Map<string, string>();
  return models.flatMap((file) => {
    const key = outputOf(file).toLowerCase();
    const other = first.get(key);
    if (other === undefined) first.set(key, file);
    const [model, earlier] = [file, other ?? ""].map((path) => relative(cwd, path));
    return other === undefined ? [] : [loadError("duplicateOutput", { model: model ?? "", other: earlier ?? "" })];
  });
}
