/**
 * One file of JavaScript from a model and the files of the project that it imports.
 *
 * Invariant: packages stay imports, so the DSL that the model runs on is the one of the user's project; code is only
 * stripped of types, so every call keeps its place.
 */
import { resolve } from "node:path";
import { type BuildOptions, build, type Message, type Metafile, type OutputFile } from "esbuild";
import { loadError } from "../diagnostics/codes.js";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
import type { Project } from "./project.js";

/** A file of the project that the bundle holds. */
export interface BundledFile {
  /** Relative to the project. */
  readonly file: string;
  /** The bundled files behind its imports, by the text of the import. */
  readonly imports: ReadonlyMap<string, string>;
}

export interface Bundle {
  readonly code: string;
  readonly map: string;
  readonly files: readonly BundledFile[];
}

const options = ({ root, file }: Project, outfile: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: [file],
  outfile,
  bundle: true,
  packages: "external",
  // Also where a tsconfig maps their names to sources, as in our own workspace.
  external: ["tapeless", "tapeless/*", "@tapeless/*"],
  format: "esm",
  platform: "node",
  charset: "utf8",
  sourcemap: "external",
  metafile: true,
  write: false,
  logLevel: "silent",
});

interface Built {
  readonly outputFiles?: readonly OutputFile[] | undefined;
  readonly metafile?: Metafile | undefined;
}

/** Bundles a model as if to `outfile`, which is not written. */
export async function bundleModel(project: Project, outfile: string): Promise<Bundle> {
  const { outputFiles = [], metafile }: Built = await run(project, outfile);
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  return { code: text(".mjs"), map: text(".mjs.map"), files: Object.entries(metafile?.inputs ?? {}).map(bundledFile) };
}

async function run(project: Project, outfile: string): Promise<Built> {
  try {
    return await build(options(project, outfile));
  } catch (error) {
    const messages = messagesOf(error);
    // A tsconfig is welcome for its paths; one that cannot be read is for the editor to complain about.
    if (messages.length > 0 && messages.every(({ location }) => /\.json$/.test(location?.file ?? ""))) {
      return await build({ ...options(project, outfile), tsconfigRaw: {} });
    }
    if (messages.length === 0) throw error;
    throw new DiagnosticError(messages.map((message) => diagnose(message, project)));
  }
}

const messagesOf = (error: unknown): readonly Message[] =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors) ? error.errors : [];

const bundledFile = ([file, { imports }]: [string, Metafile["inputs"][string]]): BundledFile => ({
  file,
  imports: new Map(
    imports.flatMap(({ original, path, external }) => (external || original === undefined ? [] : [[original, path]])),
  ),
});

function diagnose({ text, location }: Message, { root, file }: Project): Diagnostic {
  const place =
    location === null
      ? { file }
      : { span: { file: resolve(root, location.file), line: location.line, column: location.column + 1 } };
  const [, specifier] = /^Could not resolve "(.*)"$/.exec(text) ?? [];
  if (specifier !== undefined) return loadError("fileMissing", { specifier }, place);
  const [, name] = /^Multiple exports with the same name "(.*)"$/.exec(text) ?? [];
  if (name !== undefined) return loadError("duplicateExport", { name }, place);
  return loadError("syntax", { problem: text }, place);
}
