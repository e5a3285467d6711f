/**
 * Functions of the DSL to functions that run: through the whole compiler, by the text that a user would import.
 *
 * Invariant: all functions come out of one module; only where that fails is each half tried, down to the one to blame.
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

type Functions = readonly (readonly [name: string, fn: unknown])[];

async function moduleOf(functions: Functions): Promise<Readonly<Record<string, Generated>>> {
  const exports = functions.map(([name, fn]) => ({ name, fn }));
  const { text } = compileModule({ file: "conformance.model.ts", exports, localNames: [] });
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  // Its exports are the functions, and data about them that nobody asks for here.
  return (await import(`data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`)) as Readonly<
    Record<string, Generated>
  >;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

type Found = readonly (readonly [name: string, compiled: Compiled])[];

async function compileThese(functions: Functions): Promise<Found> {
  try {
    const module = await moduleOf(functions);
    return functions.map(([name]) => [name, module[name] ?? new Error("the module does not export the function")]);
  } catch (error) {
    if (functions.length === 1) return functions.map(([name]) => [name, asError(error)]);
    const middle = functions.length >> 1;
    return [...(await compileThese(functions.slice(0, middle))), ...(await compileThese(functions.slice(middle)))];
  }
}

/** Compiles functions, by name. */
export async function compileAll(functions: ReadonlyMap<string, unknown>): Promise<ReadonlyMap<string, Compiled>> {
  return new Map(functions.size === 0 ? [] : await compileThese([...functions]));
}
