/**
 * What the text of a file tells that its values do not: docs, places of exports and imports, names of results.
 *
 * Invariant: only the syntax is read; no types, no other file, so it costs milliseconds.
 */
import type { Span } from "@tapeless/types/compiler";
import type { ImportDeclaration, Project, SourceFile, Statement, Node as SyntaxNode } from "ts-morph";
import { tsMorph } from "../util/ts-morph.js";
import type { LocalName } from "./loaded-model.js";
import { localNamesOf, spanAt } from "./local-names.js";

/** A name that a file exports. */
export interface ExportedName {
  /** As importers see it; `*` passes on all names of another file. */
  readonly name: string;
  readonly span: Span;
  readonly doc?: string;
  /** The name in this file that stands behind it, for `export { local as name }`. */
  readonly local?: string;
  /** The text of the import that it comes through, for `export { … } from "…"`; `local` is then a name there. */
  readonly from?: string;
}

/** A name that a file imports, and how the file calls it. `default` and `*` are names too. */
export interface ImportedName {
  readonly specifier: string;
  readonly name: string;
  readonly local: string;
  readonly span: Span;
}

export interface SourceFacts {
  readonly file: string;
  readonly exportedNames: readonly ExportedName[];
  readonly importedNames: readonly ImportedName[];
  /** Docs of declarations at the top of the file, by name. */
  readonly docs: ReadonlyMap<string, string>;
  readonly localNames: readonly LocalName[];
}

/** Reads files; one for a whole build. */
export interface SourceReader {
  readonly read: (file: string, text: string) => SourceFacts;
}

export function sourceReader(): SourceReader {
  let project: Project | undefined;
  let count = 0;
  return {
    read: (file, text) => {
      project ??= emptyProject();
      const source = project.createSourceFile(`/${count++}/${file.replace(/.*\//, "")}`, text);
      const facts = factsOf(source, file);
      project.removeSourceFile(source);
      return facts;
    },
  };
}

const emptyProject = (): Project =>
  new (tsMorph().Project)({
    useInMemoryFileSystem: true,
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    skipLoadingLibFiles: true,
    compilerOptions: { allowJs: true },
  });

const factsOf = (source: SourceFile, file: string): SourceFacts => {
  const spanOf = (node: SyntaxNode): Span => spanAt(source.compilerNode, node.getStart(), file);
  const statements = source.getStatements();
  return {
    file,
    exportedNames: statements.flatMap((statement) => exportsOf(statement, spanOf)),
    importedNames: source.getImportDeclarations().flatMap((declaration) => importsOf(declaration, spanOf)),
    docs: new Map(statements.flatMap(docsOf)),
    localNames: localNamesOf(source.compilerNode, file),
  };
};

const docOf = (node: SyntaxNode): string | undefined =>
  (tsMorph().Node.isJSDocable(node) && node.getJsDocs().at(-1)?.getInnerText().trim()) || undefined;

/** The declarations of a statement: names with their nodes. A statement's doc is that of all its declarations. */
function declaredNames(statement: Statement): readonly (readonly [string, SyntaxNode])[] {
  const { Node, SyntaxKind } = tsMorph();
  if (statement.isKind(SyntaxKind.VariableStatement)) {
    return statement.getDeclarations().flatMap((declaration) => {
      const name = declaration.getNameNode();
      const bound = name.getDescendantsOfKind(SyntaxKind.BindingElement).map((element) => element.getNameNode());
      return [name, ...bound].filter(Node.isIdentifier).map((node) => [node.getText(), node] as const);
    });
  }
  if (statement.isKind(SyntaxKind.FunctionDeclaration) || statement.isKind(SyntaxKind.ClassDeclaration)) {
    const node = statement.getNameNode();
    return node === undefined ? [] : [[node.getText(), node]];
  }
  return [];
}

function docsOf(statement: Statement): [string, string][] {
  const doc = docOf(statement);
  return doc === undefined ? [] : declaredNames(statement).map(([name]) => [name, doc]);
}

function exportsOf(statement: Statement, spanOf: (node: SyntaxNode) => Span): readonly ExportedName[] {
  const { Node, SyntaxKind } = tsMorph();
  if (statement.isKind(SyntaxKind.ExportAssignment)) {
    const expression = statement.getExpression();
    const local = expression.isKind(SyntaxKind.Identifier) ? { local: expression.getText() } : {};
    const doc = docOf(statement);
    return [{ name: "default", span: spanOf(statement), ...local, ...(doc === undefined ? {} : { doc }) }];
  }
  if (statement.isKind(SyntaxKind.ExportDeclaration)) {
    const specifier = statement.getModuleSpecifierValue();
    const from = specifier === undefined ? {} : { from: specifier };
    if (statement.isNamespaceExport()) return [{ name: "*", span: spanOf(statement), ...from }];
    return statement.getNamedExports().map((one) => {
      const node = one.getAliasNode() ?? one.getNameNode();
      return { name: textOf(node), span: spanOf(node), local: textOf(one.getNameNode()), ...from };
    });
  }
  const exported = Node.isModifierable(statement) && statement.hasModifier(SyntaxKind.ExportKeyword);
  return exported ? declaredNames(statement).map(([name, node]) => ({ name, span: spanOf(node), local: name })) : [];
}

const textOf = (node: SyntaxNode): string =>
  node.isKind(tsMorph().SyntaxKind.StringLiteral) ? node.getLiteralValue() : node.getText();

function importsOf(declaration: ImportDeclaration, spanOf: (node: SyntaxNode) => Span): readonly ImportedName[] {
  const specifier = declaration.getModuleSpecifierValue();
  const all = declaration.getNamespaceImport();
  const own = declaration.getDefaultImport();
  const named = declaration.getNamedImports().map((one) => ({
    specifier,
    name: textOf(one.getNameNode()),
    local: (one.getAliasNode() ?? one.getNameNode()).getText(),
    span: spanOf(one),
  }));
  return [
    ...(all === undefined ? [] : [{ specifier, name: "*", local: all.getText(), span: spanOf(all) }]),
    ...(own === undefined ? [] : [{ specifier, name: "default", local: own.getText(), span: spanOf(own) }]),
    ...named,
    ...((all ?? own ?? named[0])
      ? []
      : [{ specifier, name: "", local: "", span: spanOf(declaration.getModuleSpecifier()) }]),
  ];
}
