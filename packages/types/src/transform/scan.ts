/** `scan`: a loop with a carry, whose body may use tensors from around it. */
import { currentTrace, emitAll, runTrace } from "../graph/emit.js";
import type { Func } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import { atomOf, type TracedTensor, tensorOf } from "../graph/tensor.js";
import { sortTexts } from "../graph/text-order.js";
import {
  branch,
  buildTree,
  leavesOf,
  mapStructure,
  type Path,
  type Structure,
  tensorStructure,
  withLeaves,
} from "../graph/trees.js";
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

interface TracedBody {
  readonly func: Func;
  readonly captured: readonly TracedTensor[];
  readonly ys: Tensors;
}

/** Runs the body once; captured tensors become the first parameters, as scan equations want them. */
function traceBody(body: (carry: unknown, x: unknown) => unknown, carry: Tensors, xs: Tensors): TracedBody {
  const { trace, result } = runTrace("body", (running) => {
    const param = (leaf: TracedTensor, path: Path, drop: number): TracedTensor =>
      tensorOf(running.param({ shape: leaf.sizes.slice(drop), dtype: leaf.dtype }, path.split(".").at(-1) ?? ""));
    const inner = mapStructure(carry, (leaf, path) => param(leaf, branch("carry", path), 0));
    const x = mapStructure(xs, (leaf, path) => param(leaf, branch("x", path), 1));
    const [next, y] = body(buildTree(inner), buildTree(x)) as readonly [unknown, unknown]; // the body's public type says so
    const after = checkCarry(carry, tensorStructure(next, "carry"));
    const ys = tensorStructure(y, "y");
    return { ys, outs: [...after, ...tensorsOf(ys)].map((tensor) => atomOf(tensor, "scan")) };
  });
  const func = trace.finish(result.outs);
  const captured = trace.captures.map(({ outer }) => tensorOf(outer));
  const own = func.params.length - captured.length;
  const params = [...func.params.slice(own), ...func.params.slice(0, own)];
  return { func: { ...func, params }, captured, ys: result.ys };
}

/**
 * `scan(body, init, xs)`: a loop with a carry along the first axis of `xs`, `[carry, y] = body(carry, x)`. Gives the
 * last carry and all `y`, stacked. `xs` may be `null`, then `length` says how often; `y` may be `null`.
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
  const { func, captured, ys } = traceBody(body, carry, along);
  const carries = tensorsOf(carry).length;
  const attrs = { length, consts: captured.length, carries, reverse: options.reverse === true };
  const outs = emitAll("scan", [...captured, ...tensorsOf(carry), ...tensorsOf(along)], attrs, [func]);
  return [buildTree(withLeaves(carry, outs.slice(0, carries))), buildTree(withLeaves(ys, outs.slice(carries)))];
}) as unknown as ScanFn; // public signature, see fn.ts
