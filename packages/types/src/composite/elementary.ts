/** Elementary functions that lose nothing by being made of others. */
import { emit, vocabulary } from "../graph/emit.js";
import type { RuleOperand } from "../graph/op.js";
import { asTraced } from "../graph/tensor.js";
import { broadcastOperands, operandSize, publicFunction } from "../ops/define.js";
import { takenDType } from "../shape/dtypes.js";
import { type BinaryFn, elementwiseSize, type TernaryFn, type UnaryFn } from "../shape/elementwise.js";
import type { AnyTensor } from "../shape/tensor.js";

type Given = AnyTensor | number;

const floatOf = (op: string, x: AnyTensor) => {
  const tensor = asTraced(x, op);
  takenDType(op, "float", tensor.dtype);
  return tensor;
};

/** Operands broadcast to their common shape, numbers too: in a body made of several ops each shall have its dtype. */
function spread(op: string, kind: "float" | "numeric", given: readonly Given[]): readonly RuleOperand[] {
  const { shape, dtype } = elementwiseSize(
    op,
    kind,
    given.map((operand) => operandSize(op, operand)),
  );
  return broadcastOperands(op, kind, given).map((operand) =>
    typeof operand === "number" ? emit("broadcastTo", [operand], { shape, axes: [], dtype }) : operand,
  );
}

/**
 * Reciprocal, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 1/x
 * @derivative dy = -y² dx
 */
export const reciprocal = publicFunction<UnaryFn<"reciprocal">>((x: AnyTensor) =>
  vocabulary().div(1, floatOf("reciprocal", x)),
);

/**
 * Reciprocal of the square root, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 1/√x
 * @derivative dy = -½ y³ dx
 */
export const rsqrt = publicFunction<UnaryFn<"rsqrt">>((x: AnyTensor) => {
  const o = vocabulary();
  return o.div(1, o.sqrt(floatOf("rsqrt", x)));
});

/**
 * Power of 2, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 2ˣ
 * @derivative dy = y ln 2 dx
 */
export const exp2 = publicFunction<UnaryFn<"exp2">>((x: AnyTensor) => vocabulary().pow(2, floatOf("exp2", x)));

/**
 * Square of the difference, elementwise.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = (a - b)²
 * @derivative dy = 2 (a - b) (da - db)
 */
export const squaredDifference = publicFunction<BinaryFn<"squaredDifference">>((a: Given, b: Given) => {
  const o = vocabulary();
  const [x = Number.NaN, y = Number.NaN] = spread("squaredDifference", "numeric", [a, b]);
  const difference = o.sub(x, y);
  return o.mul(difference, difference);
});

/**
 * From `a` to `b` on a straight line, elementwise; `t` may lie outside of [0, 1].
 *
 * @shapes a, b, t: broadcast -> broadcast
 * @formula y = (1 - t) a + t b
 * @derivative dy = (1 - t) da + t db + (b - a) dt
 * @conventions exactly a at t = 0 and exactly b at t = 1
 */
export const lerp = publicFunction<TernaryFn<"lerp", "float">>((a: Given, b: Given, t: Given) => {
  const o = vocabulary();
  const [from = Number.NaN, to = Number.NaN, part = Number.NaN] = spread("lerp", "float", [a, b, t]);
  return o.add(o.mul(o.sub(1, part), from), o.mul(part, to));
});
