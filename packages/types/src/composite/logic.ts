// biome-ignore-all lint/suspicious/noShadowRestrictedNames: what these questions are called everywhere, in NumPy and in JavaScript
/** Questions about numbers, and logic that comparisons already know. */
import { vocabulary } from "../graph/emit.js";
import type { RuleOperand, Value } from "../graph/op.js";
import { broadcastOperands, publicFunction } from "../ops/define.js";
import type { BinaryFn, PredicateFn } from "../shape/elementwise.js";
import type { AnyTensor } from "../shape/tensor.js";

/** NaN is the only number that differs from itself. */
const nan = (x: RuleOperand): Value => vocabulary().notEqual(x, x);

/** `equal` compares as stored, so an f32 that overflows when it is stored counts as infinite before it is. */
function infinite(x: RuleOperand): Value {
  const o = vocabulary();
  return o.equal(o.abs(x), Number.POSITIVE_INFINITY);
}

const predicate =
  <Op extends string>(op: Op, of: (x: RuleOperand) => Value) =>
  (x: AnyTensor): Value => {
    const [operand = Number.NaN] = broadcastOperands(op, "float", [x]);
    return of(operand);
  };

/**
 * Whether an element is NaN.
 *
 * @shapes x: [...] -> bool [...]
 * @formula y = (x ≠ x)
 * @derivative none: a bool has no derivative
 */
export const isNaN = publicFunction<PredicateFn<"isNaN">>(predicate("isNaN", nan));

/**
 * Whether an element is Infinity or -Infinity.
 *
 * @shapes x: [...] -> bool [...]
 * @formula y = (|x| = ∞)
 * @derivative none: a bool has no derivative
 */
export const isInfinite = publicFunction<PredicateFn<"isInfinite">>(predicate("isInfinite", infinite));

/**
 * Whether an element is neither NaN nor infinite.
 *
 * @shapes x: [...] -> bool [...]
 * @formula y = (|x| < ∞)
 * @derivative none: a bool has no derivative
 */
export const isFinite = publicFunction<PredicateFn<"isFinite">>(
  predicate("isFinite", (x) => {
    const o = vocabulary();
    return o.logicalNot(o.logicalOr(nan(x), infinite(x)));
  }),
);

/**
 * Either `a` or `b` but not both, broadcast, elementwise, on bools.
 *
 * @shapes a, b: broadcast -> bool
 * @formula y = (a ≠ b)
 * @derivative none: bools have no derivative
 */
export const logicalXor = publicFunction<BinaryFn<"logicalXor", "boolean">>((a: AnyTensor, b: AnyTensor) =>
  vocabulary().notEqual(...broadcastOperands("logicalXor", "boolean", [a, b])),
);
