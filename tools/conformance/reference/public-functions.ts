/**
 * The public functions of the language as their sources document them: names, parameters, and the tags of their comments.
 *
 * Invariant: nothing is said about a function here that does not stand at its declaration.
 */
import { join, relative } from "node:path";
import ts from "typescript";

export const tagNames = ["shapes", "formula", "derivative", "conventions"] as const;

export type TagName = (typeof tagNames)[number];

export interface PublicFunction {
  readonly name: string;
  /** Where it is declared, from packages/types/src on. */
  readonly file: string;
  /** `(x, axis?)` */
  readonly parameters: string;
  readonly summary: string;
  readonly tags: Readonly<Partial<Record<TagName, string>>>;
}

/** A program as a configuration of the workspace says, of some files. */
export function programOf(config: string, files: readonly string[]): ts.Program {
  const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, join(config, ".."));
  return ts.createProgram(files, options);
}

/** What a name stands for, through the imports and exports between. */
export function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** A paragraph of a comment as one line. */
const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ").trim();

function tagsOf(symbol: ts.Symbol, checker: ts.TypeChecker): PublicFunction["tags"] {
  const tags = symbol.getJsDocTags(checker).flatMap(({ name, text }) => {
    const known = tagNames.find((tag) => tag === name);
    const said = oneLine(ts.displayPartsToString(text));
    return known === undefined || said === "" ? [] : [[known, said] as const];
  });
  return Object.fromEntries(tags);
}

function parameterText(parameter: ts.Symbol): string {
  const declaration = parameter.valueDeclaration;
  const isParameter = declaration !== undefined && ts.isParameter(declaration);
  if (isParameter && declaration.dotDotDotToken !== undefined) return `...${parameter.name}`;
  const optional = isParameter && (declaration.questionToken !== undefined || declaration.initializer !== undefined);
  return `${parameter.name}${optional ? "?" : ""}`;
}

/** A function of the language; the last signature is the most general one where there are several. */
function functionOf(symbol: ts.Symbol, checker: ts.TypeChecker, source: string): readonly PublicFunction[] {
  const target = resolved(checker, symbol);
  const declaration = target.valueDeclaration;
  if (declaration === undefined || ts.isClassDeclaration(declaration)) return [];
  const signature = checker.getTypeOfSymbolAtLocation(target, declaration).getCallSignatures().at(-1);
  if (signature === undefined) return [];
  return [
    {
      name: symbol.name,
      file: relative(source, declaration.getSourceFile().fileName),
      parameters: `(${signature.parameters.map(parameterText).join(", ")})`,
      summary: oneLine(ts.displayPartsToString(target.getDocumentationComment(checker))),
      tags: tagsOf(target, checker),
    },
  ];
}

/** Every function that packages/types exports. */
export function readPublicFunctions(source: string): readonly PublicFunction[] {
  const index = join(source, "index.ts");
  const program = programOf(join(source, "..", "tsconfig.json"), [index]);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(index);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${index} is no module`);
  return checker.getExportsOfModule(module).flatMap((symbol) => functionOf(symbol, checker, source));
}
