/**
 * `cond` and `switchCase`: one of several functions runs, chosen while the program runs.
 *
 * Invariant: all branches are traced, so each must be fine by itself; they share their hidden operands (whatever any of
 * them captures) and give trees of one structure, shapes and dtypes.
 */
import { currentTrace, emitAll } from "../graph/emit.js";
import { showAval } from "../graph/language.js";
import { graphError } from "../graph/messages.js";
import { asTraced, type TracedTensor, tensorOf } from "../graph/tensor.js";
import { buildTree, leavesOf, type Path, type Structure, tensorStructure, withLeaves } from "../graph/trees.js";
import { equalShape, showShape } from "../shape/size.js";
import type { AnyTensor, DType } from "../shape/tensor.js";
import type { ChoiceCall } from "./branch-types.js";
import { type Closure, shareCaptures, traceClosure } from "./rule-trees.js";
import type { CondFn, SwitchCaseFn } from "./signatures.js";

type Tensors = Structure<TracedTensor>;
type BranchFunction = (...operands: readonly unknown[]) => unknown;

/** A branch as users wrote it, and what messages call it. */
interface Branch {
  readonly called: string;
  readonly run: BranchFunction;
}

const selectors = {
  cond: { dtype: "bool", role: "predicate", expected: "a bool" },
  switchCase: { dtype: "i32", role: "index", expected: "an i32" },
} as const satisfies Record<ChoiceCall, { dtype: DType; role: string; expected: string }>;

function checkSelector(call: ChoiceCall, selector: AnyTensor): TracedTensor {
  const { dtype, role, expected } = selectors[call];
  const traced = asTraced(selector, call);
  if (traced.dtype === dtype && traced.sizes.length === 0) return traced;
  const actual = showAval({ shape: traced.sizes, dtype: traced.dtype });
  throw graphError("selectorWrong", { call, role, expected, actual });
}

type Leaves = ReadonlyMap<Path, TracedTensor>;

const leafMap = (tree: Tensors): Leaves => new Map(leavesOf(tree, "result").map(([leaf, path]) => [path, leaf]));

/** The second branch's leaves in the order of the first one's; what differs is an error. */
function likeFirst(
  call: ChoiceCall,
  first: Leaves,
  one: string,
  second: Leaves,
  other: string,
): readonly TracedTensor[] {
  for (const path of second.keys())
    if (!first.has(path)) throw graphError("branchMissing", { call, path, one: other, other: one });
  return [...first].map(([path, expected]) => {
    const actual = second.get(path);
    if (actual === undefined) throw graphError("branchMissing", { call, path, one, other });
    const differs = (what: string, a: string, b: string) =>
      graphError("branchDiffers", { call, path, what, first: a, one, second: b, other });
    if (actual.dtype !== expected.dtype) throw differs("dtype", expected.dtype, actual.dtype);
    if (!equalShape(actual.sizes, expected.sizes))
      throw differs("shape", showShape(expected.sizes), showShape(actual.sizes));
    return actual;
  });
}

/** Traces the branches in the order given; the first says what the others must be like. */
function traceBranches(
  call: ChoiceCall,
  branches: readonly Branch[],
  operands: readonly unknown[],
): { readonly closures: readonly Closure[]; readonly result: Tensors } {
  let known: { readonly tree: Tensors; readonly leaves: Leaves; readonly called: string } | undefined;
  const closures = branches.map(({ called, run }) =>
    traceClosure(called.replace(/\W/g, ""), [], () => {
      const tree = tensorStructure(run(...operands), `${call}: the result of ${called}`);
      const leaves = leafMap(tree);
      known ??= { tree, leaves, called };
      return likeFirst(call, known.leaves, known.called, leaves, called);
    }),
  );
  if (known === undefined) throw graphError("branchesMissing", {});
  return { closures, result: known.tree };
}

/** The equation, whose functions are in the order of the index, and the tree of its results. */
function choose(selector: TracedTensor, closures: readonly Closure[], result: Tensors): unknown {
  const { funcs, captures } = shareCaptures(closures);
  if (leavesOf(result).length === 0) return buildTree(result);
  const outs = emitAll("switch", [selector, ...captures.map(tensorOf)], {}, funcs);
  return buildTree(withLeaves(result, outs));
}

/**
 * `onTrue(...operands)` where `pred` holds, `onFalse(...operands)` where it does not. Only the branch taken runs. The
 * branches may use tensors of the function around them, which are differentiated like everything else; they give trees of
 * the same structure, shapes and dtypes.
 *
 * @shapes (pred: bool [], branches to trees of one structure, operands) -> tree of a branch
 * @derivative that of the branch taken
 * @conventions only the branch taken runs; the other contributes exactly 0 to derivatives, also where its value would be NaN
 */
export const cond = ((
  pred: AnyTensor,
  onTrue: BranchFunction,
  onFalse: BranchFunction,
  ...operands: readonly unknown[]
) => {
  currentTrace("cond");
  const selector = checkSelector("cond", pred);
  const branches = [
    { called: "onTrue", run: onTrue },
    { called: "onFalse", run: onFalse },
  ];
  const { closures, result } = traceBranches("cond", branches, operands);
  return choose(selector, closures.toReversed(), result);
}) as unknown as CondFn; // public signature, see fn.ts

/**
 * `branches[index](...operands)`. Only the branch taken runs. An index below 0 takes the first branch, one past the end the
 * last. For the branches holds what holds for those of `cond`.
 *
 * @shapes (index: i32 [], branches to trees of one structure, operands) -> tree of a branch
 * @derivative that of the branch taken
 * @conventions the index is clamped to the branches; only the branch taken runs
 */
export const switchCase = ((index: AnyTensor, branches: readonly BranchFunction[], ...operands: readonly unknown[]) => {
  currentTrace("switchCase");
  const selector = checkSelector("switchCase", index);
  const called = branches.map((run, k): Branch => ({ called: `branch ${k}`, run }));
  const { closures, result } = traceBranches("switchCase", called, operands);
  return choose(selector, closures, result);
}) as unknown as SwitchCaseFn; // public signature, see fn.ts
