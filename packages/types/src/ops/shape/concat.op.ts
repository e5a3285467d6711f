/** Tensors one after the other: linear in all of them together; its transpose cuts the cotangent into their parts. */

import type { Operand } from "../../graph/definition.js";
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { ScalarExpr } from "../../scalar/expr.js";
import { axisIndex } from "../../shape/axes.js";
import { type ConcatFn, concatShape } from "../../shape/concat.js";
import { addSize, type Size, subSize } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intAttr } from "../attrs.js";
import { defineOp, operandSize, publicFunction } from "../define.js";

/** Where each operand begins along the axis. */
function starts(shapes: readonly (readonly Size[])[], axis: number): readonly Size[] {
  let start: Size = 0;
  return shapes.map((shape) => {
    const here = start;
    start = addSize(start, shape[axis] ?? 0);
    return here;
  });
}

export default defineOp({
  name: "concat",
  doc: "The operands one after the other along an axis.",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs) => [{ shape: concatShape(inputs, intAttr(attrs, "axis")), dtype: inputs[0]?.dtype ?? "f32" }],
  derivative: { form: "linear" },
  linear: {
    operands: "all",
    mode: "jointly",
    transpose: (o, k, ct, _operands, { attrs, inputs }) => {
      const axis = intAttr(attrs, "axis");
      const shape = inputs[k]?.shape ?? [];
      const start =
        starts(
          inputs.map((input) => input.shape),
          axis,
        )[k] ?? 0;
      return o.slice(ct, { start: shape.map((_, at) => (at === axis ? start : 0)), shape });
    },
  },
  absorb: (attrs, _size, mapped) => (mapped.every(Boolean) ? { axis: intAttr(attrs, "axis") + 1 } : undefined),
  lowering: {
    form: "define",
    define: ({ s, operands, dtype }, attrs) => {
      const axis = intAttr(attrs, "axis");
      const from = starts(
        operands.map((operand) => operand.shape),
        axis,
      );
      return {
        form: "map",
        body: (i) => {
          const at = i[axis] ?? 0;
          const element = (operand: Operand, k: number): ScalarExpr =>
            operand.at(i.with(axis, subSize(at, from[k] ?? 0)));
          // The last operand needs no test; the others are asked for from the end, so that the first is tested first.
          return (
            operands.reduceRight<ScalarExpr | undefined>(
              (rest, operand, k) =>
                rest === undefined
                  ? element(operand, k)
                  : s.select(s.less(s.position(at), s.position(from[k + 1] ?? 0)), element(operand, k), rest),
              undefined,
            ) ?? s.constant(0, dtype)
          );
        },
      };
    },
  },
  dtypes: [
    ["f64", "f32", "i32", "bool"],
    ["f64", "f32", "i32", "bool"],
  ],
  samples: [
    {
      in: [
        [[1, 2]],
        [
          [3, 4],
          [5, 6],
        ],
      ],
      attrs: { axis: 0 },
      out: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    {
      in: [
        [[1], [2]],
        [
          [3, 4],
          [5, 6],
        ],
      ],
      attrs: { axis: 1 },
      out: [
        [1, 3, 4],
        [2, 5, 6],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * The tensors one after the other along an axis (the first when left out).
 *
 * @shapes [..., m, ...], [..., n, ...], … -> [..., m + n + …, ...]
 * @formula y = x₀ ‖ x₁ ‖ …
 * @derivative dy = dx₀ ‖ dx₁ ‖ …
 */
export const concat = publicFunction<ConcatFn>((tensors: readonly AnyTensor[], axis = 0) => {
  const operands = tensors.map((tensor) => asTraced(tensor, "concat"));
  const shape = concatShape(
    tensors.map((tensor) => operandSize("concat", tensor)),
    axis,
  );
  return emit("concat", operands, { axis: axisIndex("concat", shape, axis) });
});
