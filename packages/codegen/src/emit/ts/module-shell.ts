/**
 * The generated module as a file: imports, types, specs, functions with their docs.
 *
 * ts-morph writes the import and the heads of what is exported, in one call, and parses what it writes; so all that is text
 * already is put around and into these afterwards, else most of the time would go into reading our own kernels.
 *
 * Invariant: the bytes depend on the input alone, and the hash in the first line is that of all the text after it.
 */
import { createHash } from "node:crypto";
import type { DType } from "@tapeless/types/compiler";
import type { JSDocStructure, OptionalKind, StatementStructures } from "ts-morph";
import { tsMorph } from "../../util/ts-morph.js";
import { arenaTexts, type HeapArray, heapStatements, releaseBody } from "./arena.js";
import type { OverlapTable } from "./checks.js";
import { sizesField } from "./dimensions.js";
import { exportedBody, takesOut } from "./exported-function.js";
import { arrayOf } from "./from-loop.js";
import { emitKernels, type Kernels, type ScratchConstant } from "./kernels.js";
import { indent } from "./lines.js";
import { EmitError, type EmitFunction, type EmitModule, type SpecTree } from "./module-input.js";
import { Names } from "./names.js";
import { partFunctions, partTypes, partWays } from "./part-statements.js";
import { findParts, type PartOf } from "./parts.js";
import { type HelperName, preludeTexts, reservedNames } from "./prelude.js";
import { lineWidth, printBody, printDoc, printFunction } from "./print.js";
import { emitTables, functionsCalled } from "./scalar-functions.js";
import { brandOf, isScalarOf, leavesOf, specData, typeOf } from "./spec.js";
import { construct, declare, num, type TsStmt, type TsType } from "./tree.js";
import { idsOf } from "./unused.js";

/** A declaration that ts-morph writes; `body` are the lines of a function. */
interface Shell {
  readonly structure: StatementStructures;
  readonly body?: readonly string[];
}

type Statement = Shell | string;

/** Names that one function adds to what the module exports. */
interface Exports {
  readonly inputType: string;
  readonly outputType: string;
  readonly spec: string;
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const exportsOf = ({ name }: EmitFunction): Exports => ({
  inputType: `${capitalized(name)}Input`,
  outputType: `${capitalized(name)}Output`,
  spec: `${name}Input`,
});

/** Takes the names that users see; a clash is the user's to solve. */
function takeExports(functions: readonly EmitFunction[]): Names {
  const names = new Names();
  for (const name of reservedNames) names.take(name);
  for (const fn of functions) {
    const { inputType, outputType, spec } = exportsOf(fn);
    for (const name of new Set([fn.name, inputType, outputType, spec])) {
      if (names.take(name) !== name)
        throw new EmitError(`${fn.name}: the generated module cannot export '${name}', the name is taken`);
    }
  }
  for (const brand of Object.values(brandOf)) names.take(brand);
  // Parameters of every exported function: nothing of the module that it uses may be called so.
  for (const parameter of ["input", "out"]) if (!names.has(parameter)) names.take(parameter);
  return names;
}

function usedBrands(functions: readonly EmitFunction[]): readonly string[] {
  const dtypes = new Set<DType>();
  for (const fn of functions) {
    const isScalar = isScalarOf(fn.program);
    for (const leaf of [...leavesOf(fn.input), ...leavesOf(fn.output)]) if (!isScalar(leaf)) dtypes.add(leaf.dtype);
  }
  return [...dtypes].map((dtype) => brandOf[dtype]).sort();
}

const importBrands = (brands: readonly string[], from: string): readonly Statement[] =>
  brands.length === 0
    ? []
    : [
        {
          structure: {
            kind: tsMorph().StructureKind.ImportDeclaration,
            isTypeOnly: true,
            moduleSpecifier: from,
            namedImports: [...brands],
          },
        },
      ];

const doc = (...lines: readonly string[]): OptionalKind<JSDocStructure>[] => {
  const text = lines.join("\n").trim().replaceAll("*/", "*\u200b/");
  return text === "" ? [] : [{ description: text.includes("\n") ? `\n${text}` : text }];
};

function placeOf(fn: EmitFunction): string {
  return fn.span === undefined ? "" : `${fn.span.file}:${fn.span.line}`;
}

const documented = (words: string, stmt: TsStmt): Statement => [...printDoc([words]), ...printBody([stmt])].join("\n");

const bodyLines = (body: readonly TsStmt[]): readonly string[] => indent(printBody(body, lineWidth - 2));

/** The type of the input, and the sizes that no length tells. */
function withSizes(fn: EmitFunction, input: TsType): TsType {
  const isScalar = isScalarOf(fn.program);
  const sizes = sizesField(fn, (leaf) => !isScalar(leaf));
  return input.kind === "Fields" ? { ...input, fields: [...input.fields, ...sizes] } : input;
}

/** Types, spec and function of one `fn` of the model. */
function functionStatements(fn: EmitFunction, body: readonly TsStmt[], partOf: PartOf): readonly Statement[] {
  const { inputType, outputType, spec } = exportsOf(fn);
  const isScalar = isScalarOf(fn.program);
  const named = (tree: SpecTree) => partOf(tree)?.type;
  const input = withSizes(fn, typeOf(fn.input, { isScalar, mutableScalars: false, named }));
  const output = typeOf(fn.output, { isScalar, mutableScalars: true, named });
  const noInput = leavesOf(fn.input).length === 0;
  const out = takesOut(fn) ? [{ name: "out", hasQuestionToken: true, type: outputType }] : [];
  return [
    documented(`Input of \`${fn.name}\`.`, { kind: "TypeAlias", name: inputType, exported: true, type: input }),
    documented(`Output of \`${fn.name}\`${takesOut(fn) ? "; given back as `out`, it is written in place" : ""}.`, {
      kind: "TypeAlias",
      name: outputType,
      exported: true,
      type: output,
    }),
    documented(
      `Kinds and shapes of the input of \`${fn.name}\`.`,
      declare("export const", spec, { kind: "AsConst", operand: specData(fn.input, (tree) => partOf(tree)?.spec) }),
    ),
    {
      structure: {
        kind: tsMorph().StructureKind.Function,
        isExported: true,
        name: fn.name,
        parameters: [{ name: noInput ? "_input" : "input", type: inputType }, ...out],
        returnType: outputType,
        docs: doc(fn.doc ?? "", placeOf(fn) === "" ? "" : `${fn.doc === undefined ? "" : "\n"}${placeOf(fn)}`),
      },
      body: bodyLines(body),
    },
  ];
}

const scratchConstant = ({ name, dtype, size }: ScratchConstant): TsStmt =>
  declare("const", name, { kind: "Pure", operand: construct(arrayOf[dtype], num(size)) });

/** Tables that scalar functions read. */
function tableStatements({ scalarFunctions }: Kernels, helpers: Set<HelperName>): readonly Statement[] {
  return emitTables(scalarFunctions).map(({ doc, constant, helper }) => {
    helpers.add(helper);
    return documented(doc, constant);
  });
}

const scratchStatements = ({ scratch }: Kernels): readonly Statement[] =>
  scratch.length === 0 ? [] : [printBody(scratch.map(scratchConstant)).join("\n")];

function arenaStatements(views: ReadonlySet<DType>, heap: readonly HeapArray[]): readonly Statement[] {
  if (views.size === 0 && heap.length === 0) return [];
  return [
    ...(views.size === 0 ? [] : [arenaTexts(views).join("\n")]),
    ...(heap.length === 0 ? [] : [printBody(heapStatements(heap)).join("\n")]),
    {
      structure: {
        kind: tsMorph().StructureKind.Function,
        isExported: true,
        name: "release",
        returnType: "void",
        docs: doc("Lets go of the memory that temporaries are kept in; the next call takes what it needs."),
      },
      body: bodyLines(releaseBody(views, heap)),
    },
  ];
}

/** Runs work for a function; an error of it tells where the model exports that function. */
function blaming<T>(fn: EmitFunction, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EmitError) error.span ??= fn.span;
    throw error;
  }
}

function moduleStatements({ functions, brands = "tapeless" }: EmitModule): readonly Statement[] {
  const names = takeExports(functions);
  const kernels = emitKernels(
    functions.map((fn) => fn.program),
    names,
  );
  const inner = innerNames(kernels);
  const helpers = new Set<HelperName>();
  const views = new Set<DType>();
  const constants: TsStmt[] = [];
  const { parts, of: partOf } = findParts(functions, names);
  for (const { check, fresh, remember, spec } of parts)
    for (const name of [check, fresh, remember, spec]) inner.take(name);
  const usedOfParts = new Set<string>();
  const tables = functions.map(
    ({ name }): OverlapTable => ({ arrays: names.take(`${name}Arrays`), words: names.take(`${name}Words`) }),
  );
  for (const { arrays, words } of tables) [arrays, words].forEach((name) => void inner.take(name));
  const heaps = functions.map((fn) => heapOf(fn, names));
  for (const { name } of heaps.flat()) inner.take(name);
  const mentioned = new Set(kernels.functions.flatMap((fn) => [...idsOf(fn.body)]));
  const exported = functions.flatMap((fn, i) => {
    const scratch = scratchNames(fn, kernels);
    const called = kernels.called[i] ?? new Map();
    const table = tables[i] ?? { arrays: "", words: "" };
    const heap = new Map((heaps[i] ?? []).map(({ source, name }) => [source, name]));
    const body = blaming(fn, () =>
      exportedBody(fn, {
        names: inner,
        called,
        scratch,
        heap,
        scalarFunctions: kernels.scalarFunctions,
        helpers,
        views,
        table,
        partOf,
        partFunctions: usedOfParts,
        constants,
      }),
    );
    for (const name of idsOf(body)) mentioned.add(name);
    return functionStatements(fn, body, partOf);
  });
  const tableConstants = [...parts.flatMap((part) => partWays(part, usedOfParts)), ...constants];
  const ofParts = parts.flatMap((part) => partFunctions(part, usedOfParts, helpers));
  return [
    ...importBrands(usedBrands(functions), brands),
    ...parts.flatMap((part) => partTypes(part).map((stmt) => printBody([stmt]).join("\n"))),
    ...exported,
    ...(tableConstants.length === 0 ? [] : [printBody(tableConstants).join("\n")]),
    ...ofParts.map(printFunction),
    ...scratchStatements(kernels),
    ...tableStatements(kernels, helpers),
    ...kernels.functions.map((fn) => printFunction(fn)),
    ...functionsCalled(kernels.scalarFunctions, mentioned).map(printFunction),
    ...arenaStatements(views, heaps.flat()),
    ...preludeTexts(helpers),
  ];
}

/** What the body of an exported function must not hide: all that it may use. */
function innerNames({ functions, scratch, scalarFunctions }: Kernels): Names {
  const names = new Names();
  const own = [...functions.map((fn) => fn.name), ...scratch.map((constant) => constant.name)];
  for (const name of [...reservedNames, ...own, ...scalarFunctions.values()]) names.take(name);
  return names;
}

/** Arrays that grow, of one function. */
const heapOf = ({ program }: EmitFunction, names: Names): readonly HeapArray[] =>
  program.buffers.flatMap(({ name, space, dtype }) =>
    space === "heap" ? [{ name: names.take(name), source: name, dtype }] : [],
  );

const scratchNames = (fn: EmitFunction, { scratch }: Kernels): ReadonlyMap<string, string> =>
  new Map(
    fn.program.buffers.flatMap(({ name, dtype, space }) => {
      const found =
        space === "scratch" ? scratch.find((each) => each.source === name && each.dtype === dtype) : undefined;
      return found === undefined ? [] : [[name, found.name] as const];
    }),
  );

/** A declaration as ts-morph wrote it, with its body in the empty braces. */
function filled(text: string, { structure, body = [] }: Shell): string {
  if (structure.kind !== tsMorph().StructureKind.Function) return text;
  if (!text.endsWith("{\n}")) throw new Error(`bug: no braces to fill in '${text}'`);
  return [text.slice(0, -2), ...body, "}"].join("\n");
}

/** The file: one ts-morph call for all declarations, a blank line between any two statements. */
function writeFile(statements: readonly Statement[]): string {
  const shells = statements.filter((statement) => typeof statement !== "string");
  const { IndentationText, NewLineKind, Project, QuoteKind } = tsMorph();
  const manipulationSettings = {
    indentationText: IndentationText.TwoSpaces,
    newLineKind: NewLineKind.LineFeed,
    quoteKind: QuoteKind.Double,
  };
  const project = new Project({ useInMemoryFileSystem: true, manipulationSettings });
  const file = project.createSourceFile("module.ts", { statements: shells.map(({ structure }) => structure) });
  const written = file.getStatements().map((statement) => statement.getText(true));
  let next = 0;
  return statements
    .map((statement) => (typeof statement === "string" ? statement : filled(written[next++] ?? "", statement)))
    .join("\n\n");
}

const ignores = "/* eslint-disable */\n// biome-ignore-all lint: generated\n// biome-ignore-all format: generated\n";

/** 16 hexadecimal digits of the hash of what stands below the first line. */
export const hashOf = (body: string): string => createHash("sha256").update(body).digest("hex").slice(0, 16);

const headerPattern = /^\/\/ Generated by tapeless from .*\. Do not edit\. sha256:([0-9a-f]{16})\n/;

/** Is a generated file as it was written? "foreign": not ours. */
export function inspectModule(text: string): "intact" | "edited" | "foreign" {
  const header = headerPattern.exec(text);
  if (header === null) return "foreign";
  return hashOf(text.slice(header[0].length)) === header[1] ? "intact" : "edited";
}

/** The text of the generated module for a model file. */
export function emitModule(module: EmitModule): string {
  const body = `${ignores}${writeFile(moduleStatements(module)).trimEnd()}\n`;
  return `// Generated by tapeless from ${module.modelFile}. Do not edit. sha256:${hashOf(body)}\n${body}`;
}
