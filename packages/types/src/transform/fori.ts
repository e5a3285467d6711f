/** `fori`: a loop over the whole numbers of a range, a case of `scan`: what it goes along are the numbers. */

import { sizeValue } from "../composite/size-value.js";
import { currentTrace, vocabulary } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import { graphError } from "../graph/messages.js";
import { asTraced } from "../graph/tensor.js";
import { listTexts, sortTexts } from "../graph/text-order.js";
import type { Trace } from "../graph/trace.js";
import { buildTree, tensorStructure, withLeaves } from "../graph/trees.js";
import { namesOf as namesIn, type Size, subSize, toSize } from "../shape/size.js";
import { checkCarry, namesOf, tensorsOf } from "./carry.js";
import { checkpointEvery } from "./checkpoint-every.js";
import type { ForiFn } from "./signatures.js";

const dimension = /^[A-Za-z_]\w*$/;

/** A bound as a size; its name must be one of the function's. */
function boundOf(trace: Trace, what: "from" | "to", given: unknown): Size {
  if (typeof given === "number" && Number.isInteger(given)) return given;
  if (typeof given !== "string" || !dimension.test(given))
    throw graphError("foriBound", { what, actual: describe(given) });
  const size = toSize(given);
  const known = trace.dimensions;
  const missing = namesIn(size).find((name) => !known.has(name));
  if (missing === undefined) return size;
  throw graphError("foriName", { name: missing, names: listTexts(sortTexts([...known]), "and") });
}

const describe = (given: unknown): string =>
  typeof given === "object" && given !== null && "dtype" in given ? "a tensor" : `${JSON.stringify(given)}`;

/** How many numbers there are from `from` to before `to`. */
function count(from: Size, to: Size): Size {
  const steps = subSize(to, from);
  return typeof steps === "number" ? Math.max(0, steps) : steps;
}

/**
 * `fori(from, to, body, init)`: a loop with a carry over the whole numbers from `from` to before `to`,
 * `carry = body(i, carry)` with i an i32 scalar; gives the last carry, and `init` where there is no number. A bound is a whole
 * number or the name of a dimension. The carry is a tree; it comes out of the body as it went in. The body may use tensors
 * of the function around it; they are differentiated like everything else. `{ checkpoint: "sqrt" }` is as in `scan`.
 *
 * @shapes (number, number, (i, carry) -> carry, carry) -> carry
 * @formula c₀ = init; cₖ₊₁ = body(from + k, cₖ); gives the last
 * @derivative dcₖ₊₁ = ∂body(from + k, cₖ) dcₖ
 * @conventions with names as bounds, `to` must not be less than `from`: the call checks it
 */
export const fori = ((
  from: unknown,
  to: unknown,
  body: (i: unknown, carry: unknown) => unknown,
  init: unknown,
  options: { readonly checkpoint?: unknown } = {},
) => {
  const trace = currentTrace("fori");
  const carry = tensorStructure(init, "carry");
  const first = boundOf(trace, "from", from);
  const length = count(first, boundOf(trace, "to", to));
  const o = vocabulary();
  const steps = o.iota({ shape: [length], axis: 0 });
  const spec = {
    length,
    checkpoint: checkpointEvery("fori", options.checkpoint),
    carry: tensorsOf(carry),
    along: [steps],
    names: [...namesOf(carry, "carry"), "i"],
  };
  const result = loop(spec, (inner, [step]) => {
    if (step === undefined) throw new Error("bug: a loop along one array");
    const start = sizeValue(first, "i32");
    const i = first === 0 ? step : o.add(step, typeof start === "number" ? start : asTraced(start, "fori"));
    const next = body(i, buildTree(withLeaves(carry, inner)));
    return { carry: checkCarry("fori", carry, tensorStructure(next, "carry")), stacked: [] };
  });
  return buildTree(withLeaves(carry, result.carry));
}) as unknown as ForiFn; // public signature, see fn.ts
