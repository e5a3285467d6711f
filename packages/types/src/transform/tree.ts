/** Walks over trees of tensors while a model is built: a model's loops over its parameters. */
import { TraceError } from "../graph/errors.js";
import type { TracedTensor } from "../graph/tensor.js";
import type { TreeFns } from "../graph/tree-types.js";
import { buildTree, leavesOf, mapStructure, tensorStructure } from "../graph/trees.js";

const leaves = (tree: unknown): readonly TracedTensor[] =>
  leavesOf(tensorStructure(tree, "tree")).map(([leaf]) => leaf);

function sameCount(call: string, trees: readonly (readonly TracedTensor[])[]): void {
  const [first, ...rest] = trees.map((tree) => tree.length);
  const other = rest.find((count) => count !== first);
  if (other !== undefined)
    throw new TraceError("TL0391", `${call}: trees of ${first} and ${other} tensors do not go together`);
}

function map(
  f: (...leaves: readonly TracedTensor[]) => TracedTensor,
  tree: unknown,
  ...rest: readonly unknown[]
): unknown {
  const others = rest.map(leaves);
  sameCount("tree.map", [leaves(tree), ...others]);
  let next = 0;
  return buildTree(
    mapStructure(tensorStructure(tree, "tree"), (leaf) => {
      const at = next++;
      return f(leaf, ...others.flatMap((other) => other[at] ?? []));
    }),
  );
}

function zip(one: unknown, other: unknown): readonly (readonly [TracedTensor, TracedTensor])[] {
  const [left, right] = [leaves(one), leaves(other)];
  sameCount("tree.zip", [left, right]);
  return left.flatMap((leaf, k) => {
    const partner = right[k];
    return partner === undefined ? [] : [[leaf, partner] as const];
  });
}

/** `tree.map((p, g) => sub(p, mul(lr, g)), params, grads)`, `tree.leaves(params)`, `tree.zip(a, b)`. */
export const tree = { map, leaves, zip } as unknown as TreeFns; // public signatures, see fn.ts
