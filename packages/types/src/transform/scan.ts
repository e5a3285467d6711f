/** `scan`: a loop with a carry, whose body may use tensors from around it. */
import { currentTrace } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import { graphError } from "../graph/messages.js";
import type { TracedTensor } from "../graph/tensor.js";
import { sortTexts } from "../graph/text-order.js";
import { branch, buildTree, leavesOf, type Path, type Structure, tensorStructure, withLeaves } from "../graph/trees.js";
import { equalShape, equalSize, type Size, showShape, showSize, toSize } from "../shape/size.js";
import type { Dim } from "../shape/tensor.js";
import type { ScanFn } from "./signatures.js";

type Tensors = Structure<TracedTensor>;

interface ScanOptions {
  readonly length?: Dim;
  readonly reverse?: boolean;
}

const tensorsOf = (tree: Tensors): readonly TracedTensor[] => leavesOf(tree).map(([leaf]) => leaf);

/** The common leading size of `xs`, or the given one. */
function stepCount(xs: Tensors, given: Dim | undefined): Size {
  const sizes = leavesOf(xs, "xs").map(([leaf, path]) => {
    const [first] = leaf.sizes;
    if (first === undefined) throw graphError("scanScalar", { path });
    return first;
  });
  const [length] = sizes;
  const [one = "", other] = sortTexts(sizes.map(showSize));
  if (other !== undefined) throw graphError("scanLengths", { one, other });
  if (length === undefined) {
    if (given === undefined) throw graphError("scanLengthMissing", {});
    return toSize(given);
  }
  if (given !== undefined && !equalSize(toSize(given), length))
    throw graphError("scanLengthClash", { given, actual: showSize(length) });
  return length;
}

/** The carry must come out as it went in, leaf by leaf. */
function checkCarry(before: Tensors, after: Tensors): readonly TracedTensor[] {
  const found = new Map(leavesOf(after, "carry").map(([leaf, path]) => [path, leaf] as const));
  return leavesOf(before, "carry").map(([leaf, path]) => sameCarry(leaf, found.get(path), path));
}

function sameCarry(before: TracedTensor, after: TracedTensor | undefined, path: Path): TracedTensor {
  if (after === undefined) throw graphError("carryMissing", { path });
  if (before.dtype !== after.dtype) {
    throw graphError("carryChanged", { path, what: "dtype", before: before.dtype, after: after.dtype });
  }
  if (!equalShape(before.sizes, after.sizes)) {
    const [from, to] = [showShape(before.sizes), showShape(after.sizes)];
    throw graphError("carryChanged", { path, what: "shape", before: from, after: to });
  }
  return after;
}

/** Names of the body's parameters: the last key on the way to each. */
const namesOf = (tree: Tensors, root: string): readonly string[] =>
  leavesOf(tree).map(([, path]) => branch(root, path).split(".").at(-1) ?? "");

/**
 * `scan(body, init, xs)`: a loop with a carry along the first axis of `xs`, `[carry, y] = body(carry, x)`. Gives the
 * last carry and all `y`, stacked. `xs` may be `null`, then `length` says how often; `y` may be `null`. The body may use
 * tensors of the function around it; they are differentiated like everything else.
 *
 * @shapes (carry, trees of [length, ...]) -> [carry, trees of [length, ...]]
 */
export const scan = ((
  body: (carry: unknown, x: unknown) => unknown,
  init: unknown,
  xs: unknown,
  options: ScanOptions = {},
) => {
  currentTrace("scan");
  const carry = tensorStructure(init, "carry");
  const along = tensorStructure(xs, "xs");
  const length = stepCount(along, options.length);
  let ys: Tensors | undefined;
  const names = [...namesOf(carry, "carry"), ...namesOf(along, "x")];
  const spec = { length, reverse: options.reverse === true, carry: tensorsOf(carry), along: tensorsOf(along), names };
  const result = loop(spec, (inner, x) => {
    const given = [buildTree(withLeaves(carry, inner)), buildTree(withLeaves(along, x))] as const;
    const [next, y] = body(...given) as readonly [unknown, unknown]; // the body's public type says so
    ys = tensorStructure(y, "y");
    return { carry: checkCarry(carry, tensorStructure(next, "carry")), stacked: tensorsOf(ys) };
  });
  if (ys === undefined) throw new Error("bug: the body of a scan did not run");
  return [buildTree(withLeaves(carry, result.carry)), buildTree(withLeaves(ys, result.stacked))];
}) as unknown as ScanFn; // public signature, see fn.ts
