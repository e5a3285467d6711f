/** Choice: linear in both branches together; the branch not taken gets a cotangent of exactly zero. */
import { emit } from "../../graph/emit.js";
import { makeLit } from "../../graph/ir.js";
import { tensorOf } from "../../graph/tensor.js";
import { type WhereFn, whereSize } from "../../shape/elementwise.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { broadcastOperand, defineElementwise, operandSize, publicFunction } from "../define.js";

export default defineElementwise({
  name: "where",
  doc: "a where the condition holds, b elsewhere, elementwise; the branch not taken contributes exactly 0 to the gradient.",
  kind: "any",
  arity: 3,
  lower: (s, c, a, b) => s.select(c, a, b),
  linear: {
    operands: [1, 2],
    mode: "jointly",
    transpose: (o, k, ct, [condition]) => {
      if (condition === undefined) throw new Error("bug: where is not linear in its condition");
      return k === 1 ? o.where(condition, ct, 0) : o.where(condition, 0, ct);
    },
  },
  operandDTypes: [["bool"], ["f64", "f32", "i32", "bool"], ["f64", "f32", "i32", "bool"]],
  samples: [
    {
      in: [
        [1, 0],
        [10, 20],
        [-1, -2],
      ],
      out: [10, -2],
    },
  ],
  edges: [Number.NaN, Number.POSITIVE_INFINITY],
});

function apply(condition: AnyTensor, a: AnyTensor | number, b: AnyTensor | number): unknown {
  const { shape, dtype } = whereSize(operandSize("where", condition), operandSize("where", a), operandSize("where", b));
  const operands = [a, b].map((operand) =>
    typeof operand === "number" ? tensorOf(makeLit(operand, dtype)) : broadcastOperand("where", operand, shape),
  );
  return emit("where", [broadcastOperand("where", condition, shape), ...operands]);
}

/**
 * Elements of `a` where the condition holds, of `b` elsewhere.
 *
 * @shapes condition: bool, a, b: broadcast -> broadcast
 * @formula y = a where condition, else b
 * @derivative dy = da where condition, else db
 * @conventions the branch not taken contributes exactly 0, also where its value or its derivative is NaN or infinite
 */
export const where = publicFunction<WhereFn>(apply);
