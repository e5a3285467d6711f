/**
 * `fori`: a loop over the whole numbers of a range. Where it is known how many they are, a case of `scan`: what it goes
 * along are the numbers. Else a case of `whileLoop`, which carries the number.
 *
 * Invariant: a range of numbers or scalars whose end is not after its begin has no number. One of names must not end before
 * it begins: what reverse mode keeps of a scan is as long as the loop, and a size is a polynomial, which has no `max(0, …)`.
 */

import { constantOf } from "../composite/create.js";
import { currentTrace, vocabulary } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import { graphError } from "../graph/messages.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { buildTree, tensorStructure, withLeaves } from "../graph/trees.js";
import { whileEqn } from "../graph/while.js";
import { type Size, subSize } from "../shape/size.js";
import { checkCarry, namesOf, type Tensors, tensorsOf } from "./carry.js";
import { checkpointEvery } from "./checkpoint-every.js";
import { type Bound, boundOf, numberOf } from "./fori-bounds.js";
import { stepBound } from "./max-steps.js";
import type { ForiFn } from "./signatures.js";

interface Range {
  readonly from: Bound;
  readonly to: Bound;
}

/** One step on plain lists: the number, and the leaves of the carry. */
type Step = (i: TracedTensor, carry: readonly TracedTensor[]) => readonly TracedTensor[];

type Every = ReturnType<typeof checkpointEvery>;

/** How many numbers there are, where that is a size. Of names it is a difference, which the call checks. */
function count({ from, to }: Range): Size | undefined {
  if (from.kind === "tensor" || to.kind === "tensor") return undefined;
  const steps = subSize(to.size, from.size);
  return typeof steps === "number" ? Math.max(0, steps) : steps;
}

/** Along the numbers. */
function along(from: Bound, length: Size, every: Every, carry: Tensors, step: Step): readonly TracedTensor[] {
  const o = vocabulary();
  const spec = {
    length,
    checkpoint: every,
    carry: tensorsOf(carry),
    along: [o.iota({ shape: [length], axis: 0 })],
    names: [...namesOf(carry, "carry"), "i"],
  };
  return loop(spec, (inner, [k]) => {
    if (k === undefined) throw new Error("bug: a loop along one array");
    const start = numberOf(from);
    const i = start === 0 ? k : asTraced(o.add(k, start), "fori");
    return { carry: step(i, inner), stacked: [] };
  }).carry;
}

/** As long as the number is before the end. */
function counting({ from, to }: Range, most: Size | undefined, carry: Tensors, step: Step): readonly TracedTensor[] {
  const o = vocabulary();
  const [first, end] = [numberOf(from), numberOf(to)];
  const spec = {
    carry: [typeof first === "number" ? constantOf([], first, "i32") : first, ...tensorsOf(carry)],
    names: ["i", ...namesOf(carry, "carry")],
    ...(most === undefined ? {} : { bound: most }),
  };
  const [, ...last] = whileEqn(
    spec,
    ([i]) => asTraced(o.less(numberIn(i), end), "fori"),
    ([i, ...inner]) => [asTraced(o.add(numberIn(i), 1), "fori"), ...step(numberIn(i), inner)],
  );
  return last;
}

function numberIn(i: TracedTensor | undefined): TracedTensor {
  if (i === undefined) throw new Error("bug: a loop that carries its number");
  return i;
}

/**
 * `fori(from, to, body, init, options)`: a loop with a carry over the whole numbers from `from` to before `to`,
 * `carry = body(i, carry)` with i an i32 scalar; gives the last carry, and `init` where there is no number. A bound is a
 * whole number, the name of a dimension, or an i32 scalar of the program. The carry is a tree; it comes out of the body as
 * it went in. The body may use tensors of the function around it; they are differentiated like everything else.
 *
 * Between numbers or names, `{ checkpoint: "sqrt" }` is as in `scan`. Where a bound is a tensor, reverse mode keeps what it needs of each step in memory that grows while the loop runs. With
 * `{ maxSteps }` it has a fixed place instead, and a loop that would take more steps throws.
 *
 * @shapes (i32 [] or number, i32 [] or number, (i, carry) -> carry, carry) -> carry
 * @formula c₀ = init; cₖ₊₁ = body(from + k, cₖ) for from + k < to; gives the last
 * @derivative dcₖ₊₁ = ∂body(from + k, cₖ) dcₖ, for as many steps as the loop took: the bounds have no derivative
 * @conventions no step where `to` is not after `from`; with names as bounds it must not be before it, which the call checks
 * (of `dimension("n")`, a scalar, it may be)
 */
export const fori = ((
  from: unknown,
  to: unknown,
  body: (i: unknown, carry: unknown) => unknown,
  init: unknown,
  options: { readonly checkpoint?: unknown; readonly maxSteps?: unknown } = {},
) => {
  const trace = currentTrace("fori");
  const carry = tensorStructure(init, "carry");
  const range = { from: boundOf(trace, "from", from), to: boundOf(trace, "to", to) };
  const step: Step = (i, inner) => {
    const next = body(i, buildTree(withLeaves(carry, inner)));
    return checkCarry("fori", carry, tensorStructure(next, "carry"));
  };
  const length = count(range);
  const [every, most] = [checkpointEvery("fori", options.checkpoint), stepBound(trace, "fori", options.maxSteps)];
  if (length === undefined && every !== undefined) throw graphError("foriCheckpoint", {});
  if (length !== undefined && most !== undefined) throw graphError("foriMaxSteps", {});
  const last =
    length === undefined ? counting(range, most, carry, step) : along(range.from, length, every, carry, step);
  return buildTree(withLeaves(carry, last));
}) as unknown as ForiFn; // public signature, see fn.ts
