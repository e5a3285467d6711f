/**
 * The register of codes, and the words of the errors of loading and of the command line.
 *
 * Invariant: a code means one thing for ever. Where a code is defined tells whose it is: TL01 here; TL02 in the shape
 * rules and TL03 in functions and transformations (packages/types, because they throw at run time); TL04 in the
 * compiler's passes (TL0400, for those that give no code, here); TL09 here. `codes.test.ts` reads the sources and finds
 * codes that are used twice.
 */
import type { Diagnostic, DiagnosticClass } from "./diagnostic.js";

/** A range of codes, or a whole code where it differs from its range. */
interface CodeRange {
  readonly about: string;
  readonly class: DiagnosticClass;
  /** What to do, where the error itself does not say. */
  readonly hint?: string;
}

const untyped =
  "where the editor does not show this, a size is typed `number` or hidden by a cast; give it a literal or a name";

/** The ranges, with what an error of each asks for. */
export const codeRanges: Readonly<Record<string, CodeRange>> = {
  TL01: { about: "loading models, the command line", class: "user" },
  TL02: { about: "shapes and dtypes", class: "user", hint: untyped },
  TL03: { about: "functions, their calls, transformations", class: "user" },
  TL032: { about: "arguments of calls", class: "user", hint: untyped },
  TL0401: { about: "a derivative through an op that has none", class: "user" },
  TL04: { about: "what the compiler cannot do yet", class: "unsupported" },
  TL09: { about: "mistakes of the compiler", class: "bug" },
};

interface Row {
  readonly code: string;
  readonly text: string;
  readonly hint: string;
}

/** The errors of loading (TL010x–TL011x), of output files (TL012x–TL013x), of the command line (TL0100). */
export const loadErrors = {
  usage: { code: "TL0100", text: "{problem}", hint: "see tapeless --help" },
  noModels: {
    code: "TL0101",
    text: "no model file matches {patterns}",
    hint: "model files are named x.model.ts; node_modules and dist are passed over",
  },
  modelMissing: { code: "TL0102", text: "there is no such file", hint: "check the path; it is relative to {cwd}" },
  notModel: { code: "TL0103", text: "is not a model file", hint: "model files are named x.model.ts" },
  syntax: { code: "TL0104", text: "{problem}", hint: "the model cannot be read as TypeScript; mend the line above" },
  fileMissing: {
    code: "TL0105",
    text: "cannot find '{specifier}'",
    hint: 'local imports are relative to the file that imports them, as in "./layers.js"',
  },
  packageMissing: {
    code: "TL0106",
    text: "cannot find the package '{specifier}'",
    hint: "install it in the project of the model: npm install {package}",
  },
  exportMissing: {
    code: "TL0107",
    text: "'{specifier}' exports no '{name}'",
    hint: "check the spelling, or the version of the package that is installed",
  },
  modelThrows: {
    code: "TL0108",
    text: "the model threw {problem}",
    hint: "a model runs when it is compiled; mend it so that it loads without an error",
  },
  importFails: {
    code: "TL0109",
    text: "an import of the model failed: {problem}",
    hint: "see that the import works in Node",
  },
  noFn: {
    code: "TL0110",
    text: "exports no fn, so there is nothing to compile",
    hint: "export what shall be compiled: export const loss = fn({ … }, (input) => …)",
  },
  defaultExport: {
    code: "TL0111",
    text: "a function to compile is exported as default and so has no name",
    hint: "name it: export const loss = fn({ … }, (input) => …)",
  },
  notIdentifier: {
    code: "TL0112",
    text: "the export name {name} is no identifier",
    hint: "the generated function has the name of the export; choose one of letters, digits, _ and $",
  },
  reservedWord: {
    code: "TL0113",
    text: "the export name '{name}' is a reserved word of JavaScript",
    hint: "the generated function has the name of the export; choose another one",
  },
  nameTaken: {
    code: "TL0114",
    text: "the export name '{name}' is used by the generated module itself",
    hint: "the generated function has the name of the export; choose another one",
  },
  unknownExport: { code: "TL0115", text: "no fn is exported under the name '{name}'", hint: "there is: {names}" },
  duplicateExport: { code: "TL0116", text: "two exports have the name '{name}'", hint: "rename one of them" },
  duplicateOutput: {
    code: "TL0117",
    text: "{model} and {other} would write the same file",
    hint: "rename one of them; some file systems do not tell upper from lower case",
  },
  namesClash: {
    code: "TL0118",
    text: "the generated module would declare '{declared}' twice, for '{first}' and for '{second}'",
    hint: "each function declares its name and, with Input and Output behind it, its types; rename one of the two",
  },
  unwritable: {
    code: "TL0120",
    text: "cannot be written ({problem})",
    hint: "see that its folder is there and may be written to, and that no folder has its name",
  },
  foreignOutput: {
    code: "TL0121",
    text: "was not written by tapeless, so it is not overwritten",
    hint: "move it elsewhere, or remove it",
  },
  noScratch: {
    code: "TL0122",
    text: "cannot write a temporary file ({problem})",
    hint: "models are bundled into node_modules/.tapeless of their project; see that it may be written to",
  },
  stale: { code: "TL0130", text: "is stale: the model or the compiler has changed", hint: "run tapeless build" },
  missing: { code: "TL0131", text: "is missing", hint: "run tapeless build" },
  edited: { code: "TL0132", text: "was edited by hand", hint: "change the model instead, then run tapeless build" },
  limit: { code: "TL0400", text: "{problem}", hint: "the compiler cannot do this yet" },
  bug: {
    code: "TL0901",
    text: "internal error: {problem}",
    hint: "this is a bug in tapeless {version} (node {node}); please report it with the model and the lines above",
  },
} as const satisfies Readonly<Record<string, Row>>;

type LoadErrors = typeof loadErrors;
export type LoadErrorName = keyof LoadErrors;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string} ${string}` ? never : Name) | Placeholders<Rest>
  : never;

/** What an error wants to be told. */
export type LoadErrorValues<N extends LoadErrorName> = {
  readonly [K in Placeholders<LoadErrors[N]["text"] | LoadErrors[N]["hint"]>]: string;
};

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);

/** A diagnostic of the register, its blanks filled in. */
export function loadError<N extends LoadErrorName>(
  name: N,
  values: LoadErrorValues<N>,
  place: Pick<Diagnostic, "span" | "file" | "stack"> = {},
): Diagnostic {
  const { code, text, hint } = loadErrors[name];
  return { code, class: classOf(code), message: fill(text, values), hint: fill(hint, values), ...place };
}

/** The narrowest range that a code is in. */
const rangeOf = (code: string): CodeRange | undefined =>
  [6, 5, 4].map((length) => codeRanges[code.slice(0, length)]).find((range) => range !== undefined);

/** Whose turn it is, by the range of the code. */
export const classOf = (code: string): DiagnosticClass => rangeOf(code)?.class ?? "bug";

/** What to do, by the range of the code. */
export const hintOf = (code: string): string | undefined => rangeOf(code)?.hint;
