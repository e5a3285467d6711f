/**
 * Functions of the DSL to functions that run: through the whole compiler, by the text that a user would import.
 *
 * Invariant: all functions come out of one module; only where that fails is each tried alone, to blame the right one.
 */
import { compileModule } from "@tapeless/codegen";
import ts from "typescript";

export type Generated = (input: unknown) => unknown;

/** A function that runs, or what kept it from being compiled. */
export type Compiled = Generated | Error;

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ES2022,
  verbatimModuleSyntax: true,
};

type Functions = ReadonlyMap<string, unknown>;

async function moduleOf(functions: Functions): Promise<Readonly<Record<string, Generated>>> {
  const exports = [...functions].map(([name, fn]) => ({ name, fn }));
  const { text } = compileModule({ file: "conformance.model.ts", exports, localNames: [] });
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  // Its exports are the functions, and data about them that nobody asks for here.
  return (await import(`data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`)) as Readonly<
    Record<string, Generated>
  >;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

async function alone(name: string, fn: unknown): Promise<Compiled> {
  try {
    const found = (await moduleOf(new Map([[name, fn]])))[name];
    return found ?? new Error("the module does not export the function");
  } catch (error) {
    return asError(error);
  }
}

/** Compiles functions, by name. */
export async function compileAll(functions: Functions): Promise<ReadonlyMap<string, Compiled>> {
  try {
    const module = await moduleOf(functions);
    const missing = new Error("the module does not export the function");
    return new Map([...functions.keys()].map((name) => [name, module[name] ?? missing] as const));
  } catch {
    const compiled = new Map<string, Compiled>();
    for (const [name, fn] of functions) compiled.set(name, await alone(name, fn));
    return compiled;
  }
}
