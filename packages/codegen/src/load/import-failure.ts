/**
 * Imports that Node could not satisfy: which one it was, where it stands in the model, what to do.
 *
 * Invariant: the place is an import declaration of the user's; where Node names none of them, there is no place.
 */
import { loadError } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { ImportedName, SourceFacts } from "./read-source.js";

type Files = readonly SourceFacts[];

const find = (files: Files, matches: (one: ImportedName) => boolean): ImportedName | undefined =>
  files.flatMap(({ importedNames }) => importedNames).find(matches);

/** `@scope/name` of `@scope/name/sub/path`. */
const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

/** What Node says of a name that a module does not export: of an ES module, and of a CommonJS one. */
const missingExport = [
  /requested module '(?<specifier>[^']+)' does not provide an export named '(?<name>[^']+)'/,
  /Named export '(?<name>[^']+)' not found. The requested module '(?<specifier>[^']+)'/,
];

function exportMissing(message: string, files: Files): Diagnostic | undefined {
  const groups = missingExport.map((pattern) => pattern.exec(message)?.groups).find((found) => found !== undefined);
  const { specifier, name } = groups ?? {};
  if (specifier === undefined || name === undefined) return undefined;
  const place = find(files, (one) => one.specifier === specifier && one.name === name);
  return place && loadError("exportMissing", { specifier, name }, { span: place.span });
}

/** The packages that Node names; of a path into one it names only the file. */
function packageMissing(message: string, files: Files): Diagnostic | undefined {
  const [, name] = /^Cannot find package '([^']+)' imported from/.exec(message) ?? [];
  const place = find(files, ({ specifier }) => packageOf(specifier) === name || specifier === name);
  if (place === undefined) return undefined;
  const { specifier, span } = place;
  return loadError("packageMissing", { specifier, package: packageOf(specifier) }, { span });
}

/** What Node says of an import, without the path of the bundle. */
const withoutImporter = (message: string): string => (message.split("\n")[0] ?? "").replace(/ imported from .*$/, "");

/** The error as a failed import, or nothing where it is none. `file` is the model. */
export function importFailure(error: unknown, files: Files, file: string): Diagnostic | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? `${error.code}` : "";
  const { message } = error;
  if (error instanceof SyntaxError || code === "") return exportMissing(message, files);
  if (!/^ERR_(MODULE_NOT_FOUND|PACKAGE_|UNSUPPORTED_DIR|INVALID_MODULE|UNKNOWN_)/.test(code)) return undefined;
  return packageMissing(message, files) ?? loadError("importFails", { problem: withoutImporter(message) }, { file });
}
