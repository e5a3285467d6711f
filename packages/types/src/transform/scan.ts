/** `scan`: a loop with a carry, whose body may use tensors from around it. */
import { currentTrace } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import { graphError } from "../graph/messages.js";
import { sortTexts } from "../graph/text-order.js";
import { buildTree, leavesOf, tensorStructure, withLeaves } from "../graph/trees.js";
import { equalSize, type Size, showSize, toSize } from "../shape/size.js";
import type { Dim } from "../shape/tensor.js";
import { checkCarry, namesOf, type Tensors, tensorsOf } from "./carry.js";
import { checkpointEvery } from "./checkpoint-every.js";
import type { ScanFn } from "./signatures.js";

interface ScanOptions {
  readonly length?: Dim;
  readonly reverse?: boolean;
  readonly checkpoint?: unknown;
}

/** The common leading size of `xs`, or the given one. */
export function stepCount(call: string, xs: Tensors, given?: Dim): Size {
  const sizes = leavesOf(xs, "xs").map(([leaf, path]) => {
    const [first] = leaf.sizes;
    if (first === undefined) throw graphError("scanScalar", { call, path });
    return first;
  });
  const [length] = sizes;
  const [one = "", other] = sortTexts(sizes.map(showSize));
  if (other !== undefined) throw graphError("scanLengths", { call, one, other });
  if (length === undefined) {
    if (given === undefined) throw graphError("scanLengthMissing", {});
    return toSize(given);
  }
  if (given !== undefined && !equalSize(toSize(given), length))
    throw graphError("scanLengthClash", { given, actual: showSize(length) });
  return length;
}

/**
 * `scan(body, init, xs)`: a loop with a carry along the first axis of `xs`, `[carry, y] = body(carry, x)`. Gives the
 * last carry and all `y`, stacked. `xs` may be `null`, then `length` says how often; `y` may be `null`. The body may use
 * tensors of the function around it; they are differentiated like everything else.
 *
 * With `{ checkpoint: "sqrt" }` reverse mode keeps the carry every √length steps alone, and when the backward pass gets there
 * computes the steps between again: about 2√length carries instead of what is needed of each step, for up to twice the forward
 * work. With `{ checkpoint: 50 }` it keeps the carry every 50 steps. No value changes, and no derivative but by the rounding of
 * f32 carries that are kept.
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
  const length = stepCount("scan", along, options.length);
  let ys: Tensors | undefined;
  const names = [...namesOf(carry, "carry"), ...namesOf(along, "x")];
  const spec = {
    length,
    reverse: options.reverse === true,
    checkpoint: checkpointEvery("scan", options.checkpoint),
    carry: tensorsOf(carry),
    along: tensorsOf(along),
    names,
  };
  const result = loop(spec, (inner, x) => {
    const given = [buildTree(withLeaves(carry, inner)), buildTree(withLeaves(along, x))] as const;
    const [next, y] = body(...given) as readonly [unknown, unknown]; // the body's public type says so
    ys = tensorStructure(y, "y");
    return { carry: checkCarry("scan", carry, tensorStructure(next, "carry")), stacked: tensorsOf(ys) };
  });
  if (ys === undefined) throw new Error("bug: the body of a scan did not run");
  return [buildTree(withLeaves(carry, result.carry)), buildTree(withLeaves(ys, result.stacked))];
}) as unknown as ScanFn; // public signature, see fn.ts
