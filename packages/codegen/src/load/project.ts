/**
 * Where a model lives: its project, and the folder in which it can be run.
 *
 * Invariant: paths are real ones, for that is what esbuild and Node report; the folder for bundles lies where Node
 * resolves packages as it does for the model.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

export interface Project {
  /** The folder of the nearest package.json, else the folder of the model. */
  readonly root: string;
  /** The model. */
  readonly file: string;
  /** `node_modules` for bundles; may not be there yet. */
  readonly modules: string;
}

/** The folders from the one of `file` to the root of the file system. */
function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Finds the project of a model that is there. */
export function projectOf(model: string): Project {
  const file = realpathSync(model);
  const folders = foldersAbove(file);
  const root = folders.find((folder) => existsSync(join(folder, "package.json"))) ?? dirname(file);
  const modules = folders.map((folder) => join(folder, "node_modules")).find(isFolder);
  return { root, file, modules: modules === undefined ? join(root, "node_modules") : realpathSync(modules) };
}

/** `path` as seen from `base`, with forward slashes. */
export const relativePosix = (base: string, path: string): string => relative(base, path).split(sep).join("/");

/** Files of a project, as somebody names them who stands in `cwd`. */
export const seenFrom =
  (cwd: string, root: string) =>
  (file: string): string =>
    relativePosix(realpathSync(cwd), resolve(root, file));
