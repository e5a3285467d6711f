/**
 * One exported function: checks, sizes, outputs, the steps of the program, the result.
 *
 * Invariant: with `out` the call allocates nothing and returns `out`; without, its outputs are fresh arrays. Inputs are
 * only read.
 */
import type { DType } from "@tapeless/types/compiler";
import { elementBytes, type LoopProgram, namesInSizes, type ProgramBuffer } from "../../ir/loop/index.js";
import { viewOf } from "./arena.js";
import {
  type Boundary,
  checkArray,
  checkIndex,
  checkOverlaps,
  checkScalar,
  checkSize,
  checkSolving,
  checkTold,
  type OverlapTable,
  type Range,
  tableStatements,
} from "./checks.js";
import { declareDerived } from "./derived-sizes.js";
import { dimensionsOf, lengthOf, offersSizes, type Solution } from "./dimensions.js";
import { arrayOf } from "./from-loop.js";
import { asNumber, translateScalar } from "./from-scalar.js";
import { EmitError, type EmitFunction, type SpecLeaf } from "./module-input.js";
import { Names } from "./names.js";
import type { HelperName } from "./prelude.js";
import { declared, elements, nothingHoisted, type Place, sizeExpr, type TsScope } from "./scope.js";
import { declareSlots } from "./slots.js";
import { type Leaf, leavesOf, reach, resultOf } from "./spec.js";
import { type StepContext, translateStep } from "./steps.js";
import {
  apply,
  assign,
  binary,
  blank,
  conditional,
  construct,
  declare,
  id,
  member,
  perform,
  type TsExpr,
  type TsStmt,
  when,
} from "./tree.js";
import { withoutUnusedConstants } from "./unused.js";

/** What a function takes from its module, and what it tells it. */
export interface FunctionContext {
  readonly names: Names;
  readonly called: TsScope["functions"];
  readonly scratch: ReadonlyMap<string, string>;
  /** Module variables of heap buffers, by LoopIR name. */
  readonly heap: ReadonlyMap<string, string>;
  readonly scalarFunctions: TsScope["scalarFunctions"];
  readonly helpers: Set<HelperName>;
  /** dtypes of arena views in use. */
  readonly views: Set<DType>;
  /** Names for the table of overlap checks of this function, should it need one. */
  readonly table: OverlapTable;
  /** Declarations that the module must hold. */
  readonly constants: TsStmt[];
}

interface Draft {
  readonly fn: EmitFunction;
  readonly boundary: Boundary;
  /** TypeScript variables of input and output leaves, by buffer. */
  readonly variables: Map<string, string>;
  readonly places: Map<string, Place>;
  readonly context: FunctionContext;
}

export const isScalarOf = (program: LoopProgram) => {
  const scalars = new Set([...program.scalars, ...program.results].map(({ name }) => name));
  return (leaf: SpecLeaf): boolean => scalars.has(leaf.buffer);
};

/** A lone array or number cannot be updated in place. */
export const takesOut = (fn: EmitFunction): boolean => fn.output.kind !== "leaf" || !isScalarOf(fn.program)(fn.output);

function startDraft(fn: EmitFunction, context: FunctionContext): Draft {
  const names = new Names(context.names);
  names.take("input");
  names.take("out");
  const places = new Map<string, Place>();
  const scope: TsScope = {
    names,
    places,
    ids: new Map(),
    booleans: new Set(),
    hoisted: nothingHoisted,
    slots: new Map(),
    functions: context.called,
    scalarFunctions: context.scalarFunctions,
  };
  return { fn, boundary: { name: fn.name, scope, helpers: context.helpers }, variables: new Map(), places, context };
}

const variableOf = (draft: Draft, leaf: SpecLeaf): TsExpr => {
  const name = draft.variables.get(leaf.buffer);
  if (name === undefined) throw new Error(`emit: ${draft.fn.name} has no storage '${leaf.buffer}'`);
  return id(name);
};

function declareLeaf(draft: Draft, leaf: Leaf): string {
  const { scope } = draft.boundary;
  const name = isScalarOf(draft.fn.program)(leaf) ? declared(leaf.buffer, scope) : scope.names.take(leaf.buffer);
  draft.variables.set(leaf.buffer, name);
  draft.places.set(leaf.buffer, { array: name, start: 0, dtype: leaf.dtype });
  return name;
}

/** `const w = input?.params?.w;` for each leaf. */
const readInputs = (draft: Draft, leaves: readonly Leaf[]): readonly TsStmt[] =>
  leaves.map((leaf) => declare("const", declareLeaf(draft, leaf), reach("input", leaf, true)));

const solve = (draft: Draft, solution: Solution, known: readonly string[]): readonly TsStmt[] =>
  checkSolving(
    solution,
    `input ${solution.leaf.path}`,
    variableOf(draft, solution.leaf),
    known,
    offersSizes(draft.fn),
    draft.boundary,
  );

/** Kind and length of every leaf; dimensions are bound where they are first told. */
function checkInputs(draft: Draft, leaves: readonly Leaf[]): readonly TsStmt[] {
  const isScalar = isScalarOf(draft.fn.program);
  const arrays = leaves.filter((leaf) => !isScalar(leaf));
  const solutions = dimensionsOf(draft.fn, arrays);
  const known: string[] = [];
  const solving = solutions.flatMap((one) => {
    const stmts = one.kind === "told" ? [checkTold(one, draft.boundary)] : solve(draft, one, known);
    known.push(one.name);
    return stmts;
  });
  const solved = new Set(solutions.flatMap((one) => (one.kind === "solved" ? [one.leaf] : [])));
  const rest = leaves.filter((leaf) => !solved.has(leaf));
  const checks = rest.map((leaf) => {
    const check = isScalar(leaf) ? checkScalar : checkArray;
    return check(leaf, `input ${leaf.path}`, variableOf(draft, leaf), draft.boundary);
  });
  return [...solving, ...checks];
}

/** After the inputs, which tell the names. */
const checkSizes = ({ fn, boundary }: Draft): readonly TsStmt[] =>
  fn.sizeChecks.map((check) => checkSize(check, boundary));

function checkIndices(draft: Draft, leaves: readonly Leaf[]): readonly TsStmt[] {
  const isScalar = isScalarOf(draft.fn.program);
  return draft.fn.indexChecks.map((check) => {
    const leaf = leaves.find(({ buffer }) => buffer === check.buffer);
    if (leaf === undefined)
      throw new Error(`emit: ${draft.fn.name} checks indices of '${check.buffer}', which is no input`);
    return checkIndex(check, leaf, isScalar(leaf), variableOf(draft, leaf), draft.boundary);
  });
}

/** `const gw = out === undefined ? new Float32Array(3) : out.grad?.w;` for each array. */
function takeOutputs(draft: Draft, leaves: readonly Leaf[]): readonly TsStmt[] {
  return leaves.map((leaf) => {
    const name = declareLeaf(draft, leaf);
    const fresh = construct(arrayOf[leaf.dtype], sizeExpr(lengthOf(leaf), draft.boundary.scope));
    const given = reach("out", leaf, false);
    return declare("const", name, conditional(binary("===", id("out"), id("undefined")), fresh, given));
  });
}

const outWords = (leaf: Leaf): string => (leaf.path === "" ? "out" : `out ${leaf.path}`);

/** Outputs, inputs, donated inputs: the order in which overlaps are looked for. */
function rangesOf(
  draft: Draft,
  outputs: readonly Leaf[],
  inputs: readonly Leaf[],
): { readonly all: readonly Range[]; readonly firstDonated: number } {
  const arrays = inputs.filter((leaf) => !isScalarOf(draft.fn.program)(leaf));
  const donated = new Set(draft.fn.donate);
  const range =
    (words: string) =>
    (leaf: Leaf): Range => ({ words: `${words} ${leaf.path}`, variable: variableOf(draft, leaf) });
  const written = outputs.map((leaf): Range => ({ words: outWords(leaf), variable: variableOf(draft, leaf) }));
  const kept = [...written, ...arrays.filter((leaf) => !donated.has(leaf.top)).map(range("input"))];
  return {
    all: [...kept, ...arrays.filter((leaf) => donated.has(leaf.top)).map(range("donated input"))],
    firstDonated: kept.length,
  };
}

function checkOutputs(draft: Draft, outputs: readonly Leaf[], inputs: readonly Leaf[]): readonly TsStmt[] {
  if (outputs.length === 0) return [];
  const kinds = outputs.map((leaf) => checkArray(leaf, outWords(leaf), variableOf(draft, leaf), draft.boundary));
  const { all, firstDonated } = rangesOf(draft, outputs, inputs);
  if (all.length < 2) return [when(binary("!==", id("out"), id("undefined")), ...kinds)];
  const { table } = draft.context;
  draft.context.constants.push(...tableStatements(all, table));
  const overlaps = checkOverlaps(all, outputs.length, firstDonated, table, draft.boundary);
  return [when(binary("!==", id("out"), id("undefined")), ...kinds, ...overlaps)];
}

function placeStorage(draft: Draft, buffer: ProgramBuffer): void {
  switch (buffer.space) {
    case "input":
    case "output":
      if (!draft.places.has(buffer.name))
        throw new EmitError(`${draft.fn.name}: no leaf holds the ${buffer.space} '${buffer.name}'`);
      return;
    case "arena":
      draft.context.views.add(buffer.dtype);
      draft.places.set(buffer.name, {
        array: viewOf[buffer.dtype],
        start: elements(buffer.offset ?? 0, elementBytes[buffer.dtype]),
        dtype: buffer.dtype,
      });
      return;
    case "heap": {
      const array = draft.context.heap.get(buffer.name);
      if (array !== undefined) draft.places.set(buffer.name, { array, start: 0, dtype: buffer.dtype });
      return;
    }
    case "scratch": {
      const array = draft.context.scratch.get(buffer.name);
      if (array !== undefined) draft.places.set(buffer.name, { array, start: 0, dtype: buffer.dtype });
      return;
    }
  }
}

/** Room in the arena, the kernels in order, the scalars that come out. */
function runProgram(draft: Draft): readonly TsStmt[] {
  const { program } = draft.fn;
  const { scope } = draft.boundary;
  for (const buffer of program.buffers) placeStorage(draft, buffer);
  const usesArena = program.buffers.some(({ space }) => space === "arena");
  const reserve = usesArena ? [perform(apply(id("reserveArena"), sizeExpr(program.arena, scope)))] : [];
  const context: StepContext = {
    boundary: draft.boundary,
    places: draft.places,
    sizes: new Set(program.steps.flatMap(namesInSizes)),
  };
  const slots = declareSlots(program, draft.places, scope);
  const steps = program.steps.flatMap((step) => translateStep(step, context));
  const results = program.results.map(({ name, value }) => {
    const computed = asNumber(translateScalar(value, scope));
    if (computed.kind === "Id") {
      draft.variables.set(name, computed.name);
      return undefined;
    }
    const variable = scope.names.take(name);
    draft.variables.set(name, variable);
    return declare("const", variable, computed);
  });
  return [...reserve, ...slots, ...steps, ...results.filter((stmt) => stmt !== undefined)];
}

function returnResult(draft: Draft): readonly TsStmt[] {
  const { fn } = draft;
  const whole: TsStmt = { kind: "Return", value: resultOf(fn.output, (leaf) => variableOf(draft, leaf)) };
  if (fn.output.kind === "leaf") return [whole];
  const scalars = leavesOf(fn.output).filter(isScalarOf(fn.program));
  const updates = scalars.map((leaf) =>
    assign(
      leaf.keys.reduce((object, key) => member(object, key), id("out")),
      "=",
      variableOf(draft, leaf),
    ),
  );
  return [when(binary("!==", id("out"), id("undefined")), ...updates, { kind: "Return", value: id("out") }), whole];
}

function duplicateLeaf(leaves: readonly Leaf[]): Leaf | undefined {
  return leaves.find((leaf, i) => leaves.findIndex(({ buffer }) => buffer === leaf.buffer) !== i);
}

/** Paragraphs set apart by blank lines, empty ones left out. */
function paragraphs(...groups: readonly (readonly TsStmt[])[]): readonly TsStmt[] {
  return groups.filter((group) => group.length > 0).flatMap((group, i) => (i === 0 ? group : [blank, ...group]));
}

const dimensions = ({ fn, boundary }: Draft): readonly string[] =>
  fn.program.sizes.flatMap((size) => boundary.scope.ids.get(size) ?? []);

/** The statements of the exported function. */
export function exportedBody(fn: EmitFunction, context: FunctionContext): readonly TsStmt[] {
  const draft = startDraft(fn, context);
  const inputs = leavesOf(fn.input);
  const outputs = leavesOf(fn.output).filter((leaf) => !isScalarOf(fn.program)(leaf));
  const twice = duplicateLeaf([...inputs, ...outputs]);
  if (twice !== undefined) throw new EmitError(`${fn.name}: two leaves share the storage '${twice.buffer}'`);
  const read = readInputs(draft, inputs);
  const checked = [...checkInputs(draft, inputs), ...checkSizes(draft), ...checkIndices(draft, inputs)];
  const derived = declareDerived(fn.program.sizes, draft.boundary.scope);
  const taken = takeOutputs(draft, outputs);
  const sound = checkOutputs(draft, outputs, inputs);
  const run = runProgram(draft);
  const body = paragraphs([...read, ...checked, ...derived], [...taken, ...sound], run, returnResult(draft));
  return withoutUnusedConstants(body, new Set(dimensions(draft)));
}
