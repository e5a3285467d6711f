/**
 * One exported function: checks, sizes, outputs, the steps of the program, the result.
 *
 * Invariant: with `out` the call allocates nothing and returns `out`; without, its outputs are fresh arrays. Inputs are
 * only read.
 */
import type { DType } from "@tapeless/types/compiler";
import { elementBytes, namesInSizes, type ProgramBuffer } from "../../ir/loop/index.js";
import {
  type Boundary,
  checkArray,
  checkIndex,
  checkOverlaps,
  checkScalar,
  checkSize,
  checkSolving,
  checkTold,
  type Overlaps,
  type OverlapTable,
  type Range,
  sentence,
  tableStatements,
} from "./checks.js";
import { declareDerived } from "./derived-sizes.js";
import { dimensionsOf, lengthOf, offersSizes, type Solution } from "./dimensions.js";
import { arrayOf, viewOf } from "./from-loop.js";
import { asNumber, translateScalar } from "./from-scalar.js";
import { EmitError, type EmitFunction, type SpecLeaf, type SpecTree } from "./module-input.js";
import { Names } from "./names.js";
import { type Held, heldBy, type Part, type PartOf } from "./parts.js";
import type { HelperName } from "./prelude.js";
import { declared, elements, nothingHoisted, type Place, sizeExpr, type TsScope } from "./scope.js";
import { declareSlots } from "./slots.js";
import { isScalarOf, type Leaf, leavesOf, pathText, reach, resultOf } from "./spec.js";
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
  readonly partOf: PartOf;
  /** Functions of parts that are in use. */
  readonly partFunctions: Set<string>;
  /** Declarations that the module must hold. */
  readonly constants: TsStmt[];
}

interface Draft {
  readonly fn: EmitFunction;
  readonly boundary: Boundary;
  /** Where input and output leaves are, by buffer: a variable, or a field of one that holds a part. */
  readonly variables: Map<string, TsExpr>;
  /** Variables that hold parts. */
  readonly wholes: Map<SpecTree, TsExpr>;
  readonly places: Map<string, Place>;
  readonly context: FunctionContext;
}

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
  return {
    fn,
    boundary: { name: fn.name, scope, helpers: context.helpers },
    variables: new Map(),
    wholes: new Map(),
    places,
    context,
  };
}

const variableOf = (draft: Draft, leaf: SpecLeaf): TsExpr => {
  const variable = draft.variables.get(leaf.buffer);
  if (variable === undefined) throw new Error(`emit: ${draft.fn.name} has no storage '${leaf.buffer}'`);
  return variable;
};

function placeLeaf(draft: Draft, leaf: SpecLeaf, array: TsExpr): void {
  draft.variables.set(leaf.buffer, array);
  draft.places.set(leaf.buffer, { array, start: 0, dtype: leaf.dtype });
}

/** Names the variable for a leaf or a part. */
function declareHeld(draft: Draft, { tree, keys, leaves, part }: Held): string {
  const { scope } = draft.boundary;
  if (tree.kind === "leaf") {
    const name = isScalarOf(draft.fn.program)(tree) ? declared(tree.buffer, scope) : scope.names.take(tree.buffer);
    placeLeaf(draft, tree, id(name));
    return name;
  }
  const name = scope.names.take(keys.join("_") || (part?.type ?? "").toLowerCase());
  draft.wholes.set(tree, id(name));
  for (const leaf of leaves) placeLeaf(draft, leaf, wayFrom(id(name), leaf.keys.slice(keys.length)));
  return name;
}

const wayFrom = (object: TsExpr, keys: readonly string[]): TsExpr =>
  keys.reduce((above, key) => member(above, key), object);

/** `const w = input?.params?.w;` for each leaf or part. */
const readInputs = (draft: Draft, inputs: readonly Held[]): readonly TsStmt[] =>
  inputs.map((held) => declare("const", declareHeld(draft, held), reach("input", held.keys, true)));

/** The call of a function of a part. */
function callPart(draft: Draft, part: Part, verb: "check" | "fresh" | "remember", ...args: readonly TsExpr[]): TsExpr {
  draft.context.partFunctions.add(part[verb]);
  return apply(id(part[verb]), ...args);
}

/** Kind and length of a part's arrays. */
function checkPart(draft: Draft, part: Part, { tree }: Held, what: string): TsStmt {
  const variable = draft.wholes.get(tree);
  if (variable === undefined) throw new Error(`emit: no variable holds a ${part.type}`);
  return perform(callPart(draft, part, "check", sentence(draft.boundary, what), variable));
}

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
function checkInputs(draft: Draft, inputs: readonly Held[]): readonly TsStmt[] {
  const isScalar = isScalarOf(draft.fn.program);
  const arrays = inputs.flatMap(({ leaves }) => leaves).filter((leaf) => !isScalar(leaf));
  const solutions = dimensionsOf(draft.fn, arrays);
  const known: string[] = [];
  const solving = solutions.flatMap((one) => {
    const stmts = one.kind === "told" ? [checkTold(one, draft.boundary)] : solve(draft, one, known);
    known.push(one.name);
    return stmts;
  });
  const solved = new Set(solutions.flatMap((one) => (one.kind === "solved" ? [one.leaf] : [])));
  const checks = inputs.flatMap((held) => {
    if (held.part !== undefined) return [checkPart(draft, held.part, held, `input ${pathText(held.keys)}`)];
    return held.leaves.flatMap((leaf) => {
      if (solved.has(leaf)) return [];
      const check = isScalar(leaf) ? checkScalar : checkArray;
      return [check(leaf, `input ${leaf.path}`, variableOf(draft, leaf), draft.boundary)];
    });
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

/** `const gw = out === undefined ? new Float32Array(3) : out.grad?.w;` for each array or part. */
function takeOutputs(draft: Draft, outputs: readonly Held[]): readonly TsStmt[] {
  return outputs.flatMap((held) => {
    const name = declareHeld(draft, held);
    const fresh = (leaf: Leaf): TsExpr =>
      construct(arrayOf[leaf.dtype], sizeExpr(lengthOf(leaf), draft.boundary.scope));
    const made = held.part === undefined ? held.leaves.map(fresh) : [callPart(draft, held.part, "fresh")];
    const given = reach("out", held.keys, false);
    return made.map((value) =>
      declare("const", name, conditional(binary("===", id("out"), id("undefined")), value, given)),
    );
  });
}

const outWords = (path: string): string => (path === "" ? "out" : `out ${path}`);

/** Outputs, inputs, donated inputs: the order in which overlaps are looked for. */
function overlapsOf(draft: Draft, outputs: readonly Held[], inputs: readonly Held[]): Overlaps {
  const isScalar = isScalarOf(draft.fn.program);
  const donated = new Set(draft.fn.donate);
  const arrays = inputs.filter(({ tree }) => tree.kind !== "leaf" || !isScalar(tree));
  const isDonated = ({ keys }: Held): boolean => donated.has(keys[0] ?? "");
  const rangeOf =
    (words: string) =>
    ({ tree, keys, leaves, part }: Held): Range => {
      const path = pathText(keys);
      const at = { words: path === "" ? words : `${words} ${path}`, arrays: leaves.length };
      const variable = draft.wholes.get(tree) ?? variableOf(draft, leaves[0] as Leaf); // what is no part holds one leaf
      if (part === undefined) return { ...at, variable };
      draft.context.partFunctions.add(part.remember);
      return { ...at, variable, part };
    };
  const kept = arrays.filter((held) => !isDonated(held));
  return {
    ranges: [
      ...outputs.map(rangeOf("out")),
      ...kept.map(rangeOf("input")),
      ...arrays.filter(isDonated).map(rangeOf("donated input")),
    ],
    outputs: countLeaves(outputs),
    firstDonated: countLeaves(outputs) + countLeaves(kept),
    table: draft.context.table,
  };
}

const countLeaves = (all: readonly Held[]): number => all.reduce((count, { leaves }) => count + leaves.length, 0);

function checkOutputs(draft: Draft, outputs: readonly Held[], inputs: readonly Held[]): readonly TsStmt[] {
  if (outputs.length === 0) return [];
  const kinds = outputs.flatMap((held) => {
    if (held.part !== undefined) return [checkPart(draft, held.part, held, outWords(pathText(held.keys)))];
    return held.leaves.map((leaf) => checkArray(leaf, outWords(leaf.path), variableOf(draft, leaf), draft.boundary));
  });
  const overlaps = overlapsOf(draft, outputs, inputs);
  const alone = overlaps.ranges.length === 1 && overlaps.outputs === 1;
  if (alone) return [when(binary("!==", id("out"), id("undefined")), ...kinds)];
  draft.context.constants.push(...tableStatements(overlaps));
  return [when(binary("!==", id("out"), id("undefined")), ...kinds, ...checkOverlaps(overlaps, draft.boundary))];
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
        array: id(viewOf[buffer.dtype]),
        start: elements(buffer.offset ?? 0, elementBytes[buffer.dtype]),
        dtype: buffer.dtype,
      });
      return;
    case "heap": {
      const array = draft.context.heap.get(buffer.name);
      if (array !== undefined) draft.places.set(buffer.name, { array: id(array), start: 0, dtype: buffer.dtype });
      return;
    }
    case "scratch": {
      const array = draft.context.scratch.get(buffer.name);
      if (array !== undefined) draft.places.set(buffer.name, { array: id(array), start: 0, dtype: buffer.dtype });
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
      draft.variables.set(name, computed);
      return undefined;
    }
    const variable = scope.names.take(name);
    draft.variables.set(name, id(variable));
    return declare("const", variable, computed);
  });
  return [...reserve, ...slots, ...steps, ...results.filter((stmt) => stmt !== undefined)];
}

function returnResult(draft: Draft): readonly TsStmt[] {
  const { fn } = draft;
  const value = resultOf(
    fn.output,
    (leaf) => variableOf(draft, leaf),
    (tree) => draft.wholes.get(tree),
  );
  const whole: TsStmt = { kind: "Return", value };
  if (value.kind === "Id") return [whole];
  const scalars = leavesOf(fn.output).filter(isScalarOf(fn.program));
  const updates = scalars.map((leaf) => assign(wayFrom(id("out"), leaf.keys), "=", variableOf(draft, leaf)));
  return [when(binary("!==", id("out"), id("undefined")), ...updates, { kind: "Return", value: id("out") }), whole];
}

function duplicateLeaf(leaves: readonly Leaf[]): Leaf | undefined {
  const seen = new Set<string>();
  return leaves.find(({ buffer }) => seen.size === seen.add(buffer).size);
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
  const isScalar = isScalarOf(fn.program);
  const inputs = heldBy(fn.input, context.partOf);
  const outputs = heldBy(fn.output, context.partOf).filter(({ tree }) => tree.kind !== "leaf" || !isScalar(tree));
  const leaves = inputs.flatMap((held) => held.leaves);
  const twice = duplicateLeaf([...leaves, ...outputs.flatMap((held) => held.leaves)]);
  if (twice !== undefined) throw new EmitError(`${fn.name}: two leaves share the storage '${twice.buffer}'`);
  const read = readInputs(draft, inputs);
  const checked = [...checkInputs(draft, inputs), ...checkSizes(draft), ...checkIndices(draft, leaves)];
  const derived = declareDerived(fn.program.sizes, draft.boundary.scope);
  const taken = takeOutputs(draft, outputs);
  const sound = checkOutputs(draft, outputs, inputs);
  const run = runProgram(draft);
  const body = paragraphs([...read, ...checked, ...derived], [...taken, ...sound], run, returnResult(draft));
  return withoutUnusedConstants(body, new Set(dimensions(draft)));
}
