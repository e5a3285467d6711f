/**
 * Joins what a model exports when it runs with what its text says of it.
 *
 * Invariant: the exports come in the order of the model's text; a doc is found through any chain of local files.
 */
import type { BundledFile } from "./bundle.js";
import type { LoadedExport } from "./loaded-model.js";
import type { ExportedName, SourceFacts } from "./read-source.js";

/** A file of the bundle, its text read. */
export interface ReadFile extends BundledFile {
  readonly facts: SourceFacts;
}

type Files = ReadonlyMap<string, ReadFile>;

/** The name in another file that a name stands for. */
interface Elsewhere {
  readonly file: string;
  readonly name: string;
}

const behind = ({ imports }: ReadFile, specifier: string, name: string): readonly Elsewhere[] => {
  const file = imports.get(specifier);
  return file === undefined ? [] : [{ file, name }];
};

/** Where an exported name may come from: the one that names it, or all files that are passed on whole. */
function sources(file: ReadFile, name: string): readonly Elsewhere[] {
  const { exportedNames, importedNames } = file.facts;
  const own = exportedNames.find((one) => one.name === name);
  if (own === undefined) {
    const passedOn = exportedNames.filter((one) => one.name === "*");
    return passedOn.flatMap(({ from }) => (from === undefined ? [] : behind(file, from, name)));
  }
  if (own.from !== undefined) return behind(file, own.from, own.local ?? name);
  const imported = importedNames.find(({ local }) => local === own.local);
  return imported === undefined ? [] : behind(file, imported.specifier, imported.name);
}

/** The doc of an exported name. `seen` holds what was asked already: files may import each other in a circle. */
function docOf(files: Files, at: Elsewhere, seen: ReadonlySet<string> = new Set()): string | undefined {
  const key = `${at.file}\n${at.name}`;
  const file = files.get(at.file);
  if (file === undefined || seen.has(key)) return undefined;
  const own = file.facts.exportedNames.find(({ name }) => name === at.name);
  const doc = own?.doc ?? (own?.from === undefined ? file.facts.docs.get(own?.local ?? "") : undefined);
  if (doc !== undefined) return doc;
  for (const source of sources(file, at.name)) {
    const found = docOf(files, source, new Set([...seen, key]));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The place in the model where a name is exported: by itself, or with all of another file. */
const exportedAs = (model: ReadFile, files: Files, name: string): ExportedName | undefined => {
  const { exportedNames } = model.facts;
  const passesOn = ({ from }: ExportedName): boolean => {
    const file = files.get(model.imports.get(from ?? "") ?? "");
    return file?.facts.exportedNames.some((one) => one.name === name) ?? false;
  };
  return (
    exportedNames.find((one) => one.name === name) ?? exportedNames.find((one) => one.name === "*" && passesOn(one))
  );
};

const byPlace = (a: LoadedExport, b: LoadedExport): number =>
  (a.span?.line ?? Number.POSITIVE_INFINITY) - (b.span?.line ?? Number.POSITIVE_INFINITY) ||
  (a.span?.column ?? 0) - (b.span?.column ?? 0) ||
  (a.name < b.name ? -1 : 1);

/** The functions among the exports of a model. `values` are its exports, `isFn` tells functions from the rest. */
export function modelExports(
  model: string,
  files: Files,
  values: Readonly<Record<string, unknown>>,
  isFn: (value: unknown) => boolean,
): readonly LoadedExport[] {
  const file = files.get(model);
  return Object.entries(values)
    .filter(([, value]) => isFn(value))
    .map(([name, fn]) => {
      const doc = docOf(files, { file: model, name });
      const span = file && exportedAs(file, files, name)?.span;
      return { name, fn, ...(doc === undefined ? {} : { doc }), ...(span === undefined ? {} : { span }) };
    })
    .sort(byPlace);
}
