/** `whileLoop`: a loop that runs as long as its test holds; test and body may use tensors from around it. */
import { currentTrace } from "../graph/emit.js";
import { graphError } from "../graph/messages.js";
import { isTensor, type TracedTensor } from "../graph/tensor.js";
import { buildTree, tensorStructure, withLeaves } from "../graph/trees.js";
import { whileEqn } from "../graph/while.js";
import { showShape } from "../shape/size.js";
import { checkCarry, namesOf, tensorsOf } from "./carry.js";
import { stepBound } from "./max-steps.js";
import type { WhileFn } from "./signatures.js";

/** The test's result, which must be one bool. */
function checkTest(result: unknown): TracedTensor {
  if (!isTensor(result)) throw graphError("whileTest", { actual: "no tensor" });
  const { sizes, dtype } = result;
  if (dtype !== "bool" || sizes.length > 0) throw graphError("whileTest", { actual: `${dtype}${showShape(sizes)}` });
  return result;
}

/**
 * `whileLoop(test, body, init, { maxSteps })`: `carry = body(carry)` as long as `test(carry)` holds; gives the last carry.
 * The carry is a tree; it comes out of the body as it went in. Test and body may use tensors of the function around them;
 * what the body uses is differentiated like everything else, in both modes.
 *
 * Reverse mode keeps what it needs of each step in memory that grows while the loop runs. With `maxSteps` it has a fixed
 * place instead, and a loop that would take more steps throws.
 *
 * @shapes (carry -> bool [], carry -> carry, carry) -> carry
 * @formula c₀ = init; cₜ₊₁ = body(cₜ) while test(cₜ); gives the first c whose test is false
 * @derivative dcₜ₊₁ = ∂body(cₜ) dcₜ, for as many steps as the loop took: the test has no derivative
 */
export const whileLoop = ((
  test: (carry: unknown) => unknown,
  body: (carry: unknown) => unknown,
  init: unknown,
  options: { readonly maxSteps?: unknown } = {},
) => {
  const trace = currentTrace("whileLoop");
  const carry = tensorStructure(init, "carry");
  const bound = stepBound(trace, "whileLoop", options.maxSteps);
  const spec = { carry: tensorsOf(carry), names: namesOf(carry, "carry"), ...(bound === undefined ? {} : { bound }) };
  const tree = (tensors: readonly TracedTensor[]): unknown => buildTree(withLeaves(carry, tensors));
  const last = whileEqn(
    spec,
    (inner) => checkTest(test(tree(inner))),
    (inner) => checkCarry("whileLoop", carry, tensorStructure(body(tree(inner)), "carry")),
  );
  return tree(last);
}) as unknown as WhileFn; // public signature, see fn.ts
