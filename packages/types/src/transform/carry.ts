/**
 * Carries of loops: trees of tensors that each step takes and gives.
 *
 * Invariant: a carry comes out as it went in: the same leaves, each of its dtype and shape.
 */
import { graphError } from "../graph/messages.js";
import type { TracedTensor } from "../graph/tensor.js";
import { branch, leavesOf, type Path, type Structure } from "../graph/trees.js";
import { equalShape, showShape } from "../shape/size.js";

export type Tensors = Structure<TracedTensor>;

export const tensorsOf = (tree: Tensors): readonly TracedTensor[] => leavesOf(tree).map(([leaf]) => leaf);

/** Names of the body's parameters: the last key on the way to each. */
export const namesOf = (tree: Tensors, root: string): readonly string[] =>
  leavesOf(tree).map(([, path]) => branch(root, path).split(".").at(-1) ?? "");

/** The leaves of what `call`'s body gives back, in the order of what it was given. */
export function checkCarry(call: string, before: Tensors, after: Tensors): readonly TracedTensor[] {
  const given = leavesOf(before, "carry");
  const found = new Map(leavesOf(after, "carry").map(([leaf, path]) => [path, leaf] as const));
  const checked = given.map(([leaf, path]) => sameCarry(call, leaf, found.get(path), path));
  const known = new Set(given.map(([, path]) => path));
  const added = [...found.keys()].find((path) => !known.has(path));
  if (added !== undefined) throw graphError("carryAdded", { call, path: added });
  return checked;
}

function sameCarry(call: string, before: TracedTensor, after: TracedTensor | undefined, path: Path): TracedTensor {
  if (after === undefined) throw graphError("carryMissing", { call, path });
  if (before.dtype !== after.dtype) {
    throw graphError("carryChanged", { call, path, what: "dtype", before: before.dtype, after: after.dtype });
  }
  if (!equalShape(before.sizes, after.sizes)) {
    const [from, to] = [showShape(before.sizes), showShape(after.sizes)];
    throw graphError("carryChanged", { call, path, what: "shape", before: from, after: to });
  }
  return after;
}
