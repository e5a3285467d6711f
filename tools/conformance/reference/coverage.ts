/**
 * Which oracles cover which functions: read off the vocabularies of this tool, whose entries say how an op of the fixtures
 * is written in the language, and off the fixtures, which say which ops there are numbers for.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Case } from "../case.js";
import { readFixtures, setOf } from "../readers/index.js";
import { type committed, placeOf, root } from "../sets.js";
import { programOf, resolved } from "./public-functions.js";

/** Names of ops of one oracle, by function. */
export type Covered = ReadonlyMap<string, ReadonlySet<string>>;

const language = join(root, "packages", "types", "src");
const own = join(root, "tools", "conformance");

/** Names of functions of the language behind expressions, also by way of functions of the vocabularies' own files. */
class Uses {
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  of(node: ts.Node, seen = new Set<ts.Node>()): ReadonlySet<string> {
    const used = new Set<string>();
    const visit = (at: ts.Node): void => {
      if (ts.isIdentifier(at)) for (const name of this.#behind(at, seen)) used.add(name);
      ts.forEachChild(at, visit);
    };
    visit(node);
    return used;
  }

  /** What an identifier stands for: a function of the language, what a function of ours uses, or nothing of either. */
  #behind(identifier: ts.Identifier, seen: Set<ts.Node>): Iterable<string> {
    const symbol = ts.isShorthandPropertyAssignment(identifier.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(identifier.parent)
      : this.#checker.getSymbolAtLocation(identifier);
    const target = symbol === undefined ? undefined : resolved(this.#checker, symbol);
    const declaration = target?.valueDeclaration;
    if (target === undefined || declaration === undefined || seen.has(declaration)) return [];
    const file = declaration.getSourceFile().fileName;
    if (file.startsWith(language)) return isAtTop(declaration) ? [target.name] : [];
    if (!file.startsWith(own) || !isAtTop(declaration)) return [];
    seen.add(declaration);
    return this.of(declaration, seen);
  }
}

/** A function or a constant at the top of its file. */
const isAtTop = (node: ts.Declaration): boolean =>
  ts.isFunctionDeclaration(node) ||
  (ts.isVariableDeclaration(node) &&
    ts.isVariableStatement(node.parent.parent) &&
    ts.isSourceFile(node.parent.parent.parent));

/** Entries of the vocabularies in a file: properties of objects of the type of a vocabulary. */
function entriesOf(file: ts.SourceFile): readonly (readonly [op: string, node: ts.Node])[] {
  const entries: (readonly [string, ts.Node])[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { type, initializer } of statement.declarationList.declarations) {
      const isVocabulary = type?.getText(file).endsWith("Vocabulary") === true;
      if (!isVocabulary || initializer === undefined || !ts.isObjectLiteralExpression(initializer)) continue;
      for (const property of initializer.properties)
        if (property.name !== undefined) entries.push([property.name.getText(file), property]);
    }
  }
  return entries;
}

/** For each op of a vocabulary the functions that it is written with. */
function writtenWith(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const files = readdirSync(join(own, folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const program = programOf(
    join(own, "tsconfig.json"),
    files.map((name) => join(own, folder, name)),
  );
  const uses = new Uses(program.getTypeChecker());
  const sources = files.flatMap((name) => program.getSourceFile(join(own, folder, name)) ?? []);
  return new Map(sources.flatMap(entriesOf).map(([op, node]) => [op, uses.of(node)]));
}

/** The other way round; only ops in `known`, where that is said. */
function byFunction(vocabulary: ReadonlyMap<string, ReadonlySet<string>>, known?: ReadonlySet<string>): Covered {
  const covered = new Map<string, Set<string>>();
  for (const [op, functions] of vocabulary) {
    if (known !== undefined && !known.has(op)) continue;
    for (const name of functions) covered.set(name, (covered.get(name) ?? new Set()).add(op));
  }
  return covered;
}

function opsIn(set: (typeof committed)[number]): ReadonlySet<string> {
  const { files, tolerances } = readFixtures([placeOf(set)]);
  const cases = files.flatMap((file): readonly Case[] => setOf(file, tolerances).cases);
  return new Set(cases.flatMap(({ graph }) => (typeof graph === "string" ? [] : graph.eqns.map(({ op }) => op))));
}

export interface Oracle {
  readonly title: string;
  readonly covered: Covered;
}

/** Every oracle with what it covers. */
export function readCoverage(): readonly Oracle[] {
  const graphs = writtenWith("vocabulary");
  return [
    { title: "notes", covered: byFunction(graphs, opsIn("seeds")) },
    { title: "PyTorch", covered: byFunction(graphs, opsIn("torch")) },
    { title: "hard points", covered: byFunction(graphs, opsIn("nasty.json")) },
    { title: "ONNX", covered: byFunction(writtenWith("onnx")) },
  ];
}
