/**
 * Runs tables of snippets three ways: through TypeScript 6 in process, through TypeScript 7 as a program, and as code.
 *
 * Invariant: it knows no op. What is tested is the module that a `Subject` names, so the same tables check the shape
 * rules behind their stand-ins and the ops of the built package.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A use that is right: an expression, and the shape that its type and its value have. */
export interface RightUse {
  readonly code: string;
  /** Statements before the expression. */
  readonly setup?: string;
  /** The shape as it stands in the type: `["batch", 10]`. */
  readonly shape: string;
  readonly dtype?: string;
  /** The shape at run time where types know less (`[n*m]`); `false` for what exists only as a type. */
  readonly run?: string | false;
}

/** A use that is wrong: the message, and the argument it points at. */
export interface WrongUse {
  readonly code: string;
  readonly setup?: string;
  readonly error: string;
  readonly at: string;
  /** `false` where the run-time rule cannot meet it, or may say more than the types know. */
  readonly run?: false;
}

export type Use = RightUse | WrongUse;

/** The module that the snippets import, by path for the compilers and as values for running them. */
export interface Subject {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** The shape of a snippet's result, as text: `[batch, 10]`. */
  readonly shapeOf: (result: unknown) => string;
}

/** What a compiler said about a snippet. */
export interface Finding {
  readonly message: string;
  /** The source from where the compiler points on; exactly the argument where the compiler tells its end (6). */
  readonly source: string;
}

// ---- snippets as source

const typeNames = ["AnyTensor", "Dim", "DType", "FloatDType", "Shape", "Tensor"];

export const importLine = ({ path, values }: Subject): string =>
  `import { ${[...Object.keys(values), ...typeNames.map((name) => `type ${name}`)].join(", ")} } from "${path}";\n`;

const assertions = `type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<T extends true>(): T | undefined { return undefined; }
`;

const isRight = (use: Use): use is RightUse => "shape" in use;

function functionOf(use: Use, index: number): string {
  const asserted = isRight(use) ? `  is<Same<typeof result, Tensor<${use.shape}, "${use.dtype ?? "f32"}">>>();\n` : "";
  return `export function use${index}() {\n${use.setup ?? ""}\n  const result = ${use.code};\n${asserted}  return result;\n}\n`;
}

const bodyOf = (uses: readonly Use[]): string => assertions + uses.map(functionOf).join("");

/** The snippets' results, each as a function to call. */
export function runnable(uses: readonly Use[], { values }: Subject): readonly (() => unknown)[] {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const script = ts.transpile(bodyOf(uses), options).replaceAll(/^export /gm, "");
  const list = uses.map((_, index) => `use${index}`).join(", ");
  return new Function(...Object.keys(values), `${script}\nreturn [${list}];`)(...Object.values(values));
}

// ---- TypeScript 6, in process

/** The strictest options that users have; what passes here passes with less. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
};

const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program of one module that exists only here; everything else is read once and kept. */
export function program(text: string, name = "snippets.mts"): { program: ts.Program; file: ts.SourceFile } {
  const path = join(fileURLToPath(new URL(".", import.meta.url)), name);
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (asked) => asked === path || fileExists.call(host, asked);
  host.getSourceFile = (asked, settings) => {
    if (asked === path) return Object.assign(file, { impliedNodeFormat: ts.ModuleKind.ESNext });
    if (!parsed.has(asked)) parsed.set(asked, getSourceFile.call(host, asked, settings));
    return parsed.get(asked);
  };
  return { program: ts.createProgram([path], options, host), file };
}

const textOf = (diagnostic: ts.Diagnostic): string => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");

/** What TypeScript 6 says about each snippet, and the types it shows for their results. */
export function checkWith6(
  uses: readonly Use[],
  subject: Subject,
): { readonly findings: readonly (readonly Finding[])[]; readonly hovers: readonly string[] } {
  const { program: checked, file } = program(importLine(subject) + bodyOf(uses));
  const diagnostics = [...checked.getSyntacticDiagnostics(file), ...checked.getSemanticDiagnostics(file)];
  const located = diagnostics.map((diagnostic) => ({
    at: diagnostic.start ?? 0,
    message: textOf(diagnostic),
    source: file.text.slice(diagnostic.start, (diagnostic.start ?? 0) + (diagnostic.length ?? 0)),
  }));
  return { findings: assign(uses, file.text, located), hovers: hoversOf(uses, checked, file) };
}

function hoversOf(uses: readonly Use[], checked: ts.Program, file: ts.SourceFile): readonly string[] {
  const checker = checked.getTypeChecker();
  const declarations = file.statements.filter(ts.isFunctionDeclaration);
  return uses.map((_, index) => {
    const body = declarations.find((node) => node.name?.text === `use${index}`)?.body;
    const result = body?.statements
      .flatMap((node) => (ts.isVariableStatement(node) ? node.declarationList.declarations : []))
      .find((node) => node.name.getText(file) === "result");
    return result === undefined ? "" : checker.typeToString(checker.getTypeAtLocation(result));
  });
}

/** Instantiations that a model costs beyond its imports; the count is the same on every machine. */
export function instantiations(model: string, subject: Subject): number {
  const count = (text: string): number => {
    const { program: checked, file } = program(text);
    const errors = checked.getSemanticDiagnostics(file);
    if (errors[0] !== undefined) throw new Error(textOf(errors[0]));
    return checked.getInstantiationCount();
  };
  return count(importLine(subject) + model) - count(importLine(subject));
}

// ---- TypeScript 7, as a program

const compiler7 = fileURLToPath(new URL("../../../node_modules/@typescript/native/bin/tsc", import.meta.url));

const flags7 =
  "--ignoreConfig --noEmit --pretty false --target es2022 --lib es2023 --module nodenext --strict --skipLibCheck " +
  "--exactOptionalPropertyTypes --noUncheckedIndexedAccess";

/** What TypeScript 7 says about each snippet of several tables, in one run of it. */
export function checkWith7(tables: readonly (readonly Use[])[], subject: Subject): (readonly Finding[])[][] {
  const folder = mkdtempSync(join(tmpdir(), "tapeless-types-"));
  try {
    const texts = tables.map((uses) => importLine(subject) + bodyOf(uses));
    const files = texts.map((_, index) => join(folder, `table${index}.mts`));
    files.forEach((file, index) => {
      writeFileSync(file, texts[index] ?? "");
    });
    const output = run7([...flags7.split(" "), ...files], folder);
    return tables.map((uses, index) => {
      const text = texts[index] ?? "";
      const located = readOutput(output, `table${index}.mts`, text);
      return [...assign(uses, text, located)];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run7(args: readonly string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, [compiler7, ...args], { cwd, encoding: "utf8" });
  } catch (error) {
    // A compiler that found errors exits 1 and has written them to stdout.
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string") return error.stdout;
    throw error;
  }
}

interface Located extends Finding {
  readonly at: number;
}

/** Reads `table0.mts(12,3): error TS2345: …`, with the indented lines that follow. */
function readOutput(output: string, name: string, text: string): readonly Located[] {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return [...output.matchAll(/^(\S+)\((\d+),(\d+)\): error TS\d+: (.*(?:\n .*)*)/gm)].flatMap(
    ([, path = "", line, column, message = ""]) => {
      if (basename(path) !== name) return [];
      const at = (lineStarts[Number(line) - 1] ?? 0) + Number(column) - 1;
      return [{ at, message, source: text.slice(at) }];
    },
  );
}

// ---- whose finding is it

/** Findings by snippet; what lies outside all snippets is an error of the harness. */
function assign(uses: readonly Use[], text: string, located: readonly Located[]): readonly (readonly Finding[])[] {
  const starts = uses.map((_, index) => text.indexOf(`export function use${index}()`));
  const stray = located.find(({ at }) => at < (starts[0] ?? 0));
  if (stray !== undefined) throw new Error(`outside the snippets: ${stray.message}`);
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    return located.filter(({ at }) => at >= start && at < end);
  });
}
