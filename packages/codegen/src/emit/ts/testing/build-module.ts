/** Generated modules in tests: emitted, stripped of types, imported. Invariant: what runs is the text that users get. */

import type { Size } from "@tapeless/types/compiler";
import ts from "typescript";
import { at } from "../../../ir/loop/testing/program-parts.js";
import { type EmitFunction, emitModule, type SpecLeaf, type SpecTree } from "../index.js";

export const leaf = (buffer: string, dtype: SpecLeaf["dtype"], ...shape: readonly (number | string)[]): SpecLeaf => ({
  kind: "leaf",
  buffer,
  dtype,
  shape: shape.map((size): Size => (typeof size === "string" ? at(size) : size)),
});

export const tree = (entries: Readonly<Record<string, SpecTree>>): SpecTree => ({
  kind: "object",
  entries: Object.entries(entries),
});

/** Any function of a generated module, as a test that knows its name calls it. */
export type Generated = (input: unknown, out?: unknown) => never;

export type GeneratedModule = Readonly<Record<string, Generated>>;

export const emit = (...functions: readonly EmitFunction[]): string =>
  emitModule({ modelFile: "test.model.ts", functions });

/** Strips the types and imports the rest. */
export async function importText(text: string): Promise<GeneratedModule> {
  const code = Buffer.from(asJavaScript(text)).toString("base64");
  return (await import(`data:text/javascript;base64,${code}`)) as GeneratedModule; // its exports
}

/** A generated module without its types. */
export function asJavaScript(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true },
  });
  return outputText;
}

const strictest: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  noEmit: true,
  skipLibCheck: true,
  skipDefaultLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts"],
  types: [],
};

/** The brands that `tapeless` exports, as far as generated code needs them. */
const brands = ["F32:Float32Array", "F64:Float64Array", "I32:Int32Array", "Bool:Uint8Array"]
  .map((pair) => pair.split(":"))
  .map(([brand, array]) => `export type ${brand}<S extends readonly number[]> = ${array} & { readonly "~shape"?: S };`)
  .join("\n");

/** Files of the standard library, parsed once for all tests. */
const libraries = new Map<string, ts.SourceFile>();

/** What the strictest options of the TypeScript compiler say about a module, and about a use of it. */
export function diagnose(text: string, use = ""): readonly string[] {
  const files = new Map([
    ["/generated.ts", text],
    ["/use.ts", use],
    ["/node_modules/tapeless/index.d.ts", brands],
  ]);
  const host = ts.createCompilerHost(strictest);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => files.get(path) ?? readFile.call(host, path);
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.directoryExists = () => true;
  host.getSourceFile = (path, target) => {
    const own = files.get(path);
    if (own !== undefined) return ts.createSourceFile(path, own, target);
    const library = libraries.get(path) ?? getSourceFile.call(host, path, target);
    if (library !== undefined) libraries.set(path, library);
    return library;
  };
  const program = ts.createProgram(["/generated.ts", ...(use === "" ? [] : ["/use.ts"])], strictest, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
