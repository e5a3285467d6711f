/**
 * Conventions of the sources, each a row that finds what breaks it in one file.
 *
 * Invariant: a finding names its subject by words that survive edits elsewhere in the file (a function's name, not its line),
 * so that an entry of the allow-list stays true.
 */
import ts from "typescript";

export interface Source {
  /** Path from the root of the workspace, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly check: string;
  readonly path: string;
  /** What in the file is meant: a function, a type; empty where it is the file itself. */
  readonly subject: string;
  readonly line: number;
  readonly message: string;
}

type Found = Omit<Finding, "check" | "path">;

interface Check {
  readonly name: string;
  readonly find: (source: Source, tree: ts.SourceFile) => readonly Found[];
}

export const limits = { file: 400, function: 60 } as const;

const isTest = (path: string): boolean => /\.test(-d)?\.ts$/.test(path) || /\/(testing|type-tests)\//.test(path);

const lineOf = (tree: ts.SourceFile, position: number): number => tree.getLineAndCharacterOfPosition(position).line + 1;

function nodesOf(tree: ts.SourceFile): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The name of a declaration, or of the declaration around it. */
function nameOf(node: ts.Node): string {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    const { name } = at as ts.NamedDeclaration;
    if (name && (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name))) return name.text;
    if (ts.isConstructorDeclaration(at)) return "constructor";
  }
  return "(unnamed)";
}

const longFile: Check = {
  name: "long-file",
  find: ({ path, text }) => {
    const lines = text.split("\n").length - 1;
    if (isTest(path) || lines <= limits.file) return [];
    return [{ subject: "", line: lines, message: `${lines} lines; more than ${limits.file} want splitting` }];
  },
};

const longFunction: Check = {
  name: "long-function",
  find: ({ path }, tree) =>
    (isTest(path) ? [] : nodesOf(tree)).flatMap((node) => {
      if (!ts.isFunctionLike(node) || !("body" in node) || !node.body) return [];
      const line = lineOf(tree, node.getStart(tree));
      const lines = lineOf(tree, node.end) - line + 1;
      if (lines <= limits.function) return [];
      const message = `${lines} lines; more than ${limits.function} want splitting`;
      return [{ subject: nameOf(node), line, message }];
    }),
};

const noAny: Check = {
  name: "any",
  find: (_source, tree) =>
    nodesOf(tree)
      .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
      .map((node) => ({
        subject: nameOf(node),
        line: lineOf(tree, node.getStart(tree)),
        message: "`any` switches the compiler off; say `unknown` or the type",
      })),
};

const noTsIgnore: Check = {
  name: "ts-ignore",
  find: ({ text }) =>
    text.split("\n").flatMap((content, index) => {
      const found = /^\s*(?:\/\/|\/\*)\s*@ts-(ignore|nocheck)\b/.exec(content);
      if (!found) return [];
      return [
        { subject: "", line: index + 1, message: `@ts-${found[1]} hides every error; use @ts-expect-error in a test` },
      ];
    }),
};

const kebab = "[a-z0-9]+(?:-[a-z0-9]+)*";
const kebabPath = new RegExp(`^(?:${kebab}/)*${kebab}(?:\\.${kebab})*$`);

const fileName: Check = {
  name: "file-name",
  find: ({ path }) =>
    kebabPath.test(path) ? [] : [{ subject: "", line: 1, message: "names of files and folders are kebab-case" }],
};

const generatedImports: Check = {
  name: "generated-imports",
  find: (_source, tree) =>
    tree.statements
      .filter((node) => ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly)
      .map((node) => ({
        subject: "",
        line: lineOf(tree, node.getStart(tree)),
        message: "a generated module imports nothing at run time, so only `import type`",
      })),
};

/** What the sources that people write are held to. */
export const checks: readonly Check[] = [longFile, longFunction, noAny, noTsIgnore, fileName];

/** What the modules that `tapeless build` writes are held to; that they are right is the compiler's business. */
export const generatedChecks: readonly Check[] = [generatedImports];

/** Everything that breaks a convention in one file. */
export function findingsIn(source: Source): readonly Finding[] {
  const tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2022, true);
  const held = source.path.endsWith(".gen.ts") ? generatedChecks : checks;
  return held.flatMap(({ name, find }) =>
    find(source, tree).map((found) => ({ check: name, path: source.path, ...found })),
  );
}
