/**
 * `customVjp` and `customJvp`: functions with derivative rules of one's own, which are functions of the language.
 *
 * Invariant: the function and its rules stand in one equation, so every transformation sees them; the rules are programs,
 * and are differentiated and mapped as such.
 */
import { emitAll } from "../graph/emit.js";
import { type FnParts, fnParts, makeFn } from "../graph/fn.js";
import type { Aval } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import { tensorOf } from "../graph/tensor.js";
import {
  buildTree,
  filterStructure,
  isFloat,
  leavesOf,
  mapStructure,
  type Structure,
  tensorStructure,
  withLeaves,
} from "../graph/trees.js";
import { tensorsIn } from "./derivatives.js";
import { checkLinear } from "./linearity.js";
import { type Closure, ruleLeaves, shareCaptures, traceClosure } from "./rule-trees.js";
import type { CustomJvpFn, CustomVjpFn } from "./signatures.js";

const tangentOf = (structure: Structure<Aval>): Structure<Aval> => filterStructure(structure, isFloat);

/** The function that is one equation of `op` with these functions in it. */
function withRules(op: string, parts: FnParts, rules: readonly Closure[]) {
  const { funcs, captures } = shareCaptures([parts, ...rules]);
  return makeFn(parts.input, (input) => {
    const operands = [...tensorsIn(input), ...captures.map(tensorOf)];
    return buildTree(withLeaves(parts.output, emitAll(op, operands, { captures: captures.length }, funcs)));
  });
}

interface ReverseRule {
  readonly forward: (input: unknown) => unknown;
  readonly backward: (residuals: unknown, cotangent: unknown) => unknown;
}

/**
 * The same function with a derivative of its own in reverse mode. `forward` gives the result and whatever `backward`
 * will need of it, the residuals; `backward` turns these and the cotangent of the result into the cotangents of the
 * inputs. Integer inputs and results have none and are left out. Both may use tensors of the function around them; the
 * function itself is not differentiated with respect to such. Forward mode needs a `backward` that is linear in the
 * cotangent, whose transpose it takes; where it is not, as where gradients are clipped, use `customJvp`.
 *
 * @shapes trees in and out: those of the function
 */
export const customVjp = ((f: unknown, rule: ReverseRule) => {
  const parts = fnParts(f, "customVjp");
  let residuals: Structure<Aval> = { kind: "none" };
  const forward = traceClosure("forward", [parts.input], ([input]) => {
    const pair = rule.forward(input);
    if (!Array.isArray(pair) || pair.length !== 2) throw graphError("rulePair", {});
    const kept = tensorStructure(pair[1], "customVjp: residuals");
    residuals = mapStructure(kept, ({ sizes, dtype }) => ({ shape: sizes, dtype }));
    return [...ruleLeaves("customVjp", "result", parts.output, pair[0]), ...leavesOf(kept).map(([leaf]) => leaf)];
  });
  const backward = traceClosure("backward", [tangentOf(parts.output), residuals], ([cotangent, kept]) =>
    ruleLeaves("customVjp", "cotangent", tangentOf(parts.input), rule.backward(kept, cotangent)),
  );
  return withRules("customVjp", parts, [forward, backward]);
}) as unknown as CustomVjpFn; // public signature, see fn.ts

type ForwardRule = (input: unknown, tangent: unknown, value: unknown) => unknown;

/**
 * The same function with a derivative of its own, in forward and in reverse mode: `rule` gives the tangent of the result
 * from the inputs, their tangents and the result. It must be linear in the tangents, for reverse mode transposes it.
 * Integer inputs and results have no tangent and are left out. The rule may use tensors of the function around it; the
 * function itself is not differentiated with respect to such.
 *
 * @shapes trees in and out: those of the function
 */
export const customJvp = ((f: unknown, rule: ForwardRule) => {
  const parts = fnParts(f, "customJvp");
  const tangent = tangentOf(parts.input);
  const traced = traceClosure("rule", [tangent, parts.input, parts.output], ([direction, input, value]) =>
    ruleLeaves("customJvp", "tangent", tangentOf(parts.output), rule(input, direction, value)),
  );
  checkLinear("customJvp", traced.func, leavesOf(tangent).length);
  return withRules("customJvp", parts, [traced]);
}) as unknown as CustomJvpFn; // public signature, see fn.ts
