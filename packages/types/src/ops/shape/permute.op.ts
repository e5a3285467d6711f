/** Axes in another order: linear; its transpose is the inverse order. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { type PermuteFn, permutationOf } from "../../shape/permute.js";
import { showShape } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intsAttr } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";

/** Where each axis of the operand went. */
const inverse = (perm: readonly number[]): readonly number[] => perm.map((_, axis) => perm.indexOf(axis));

export default defineOp({
  name: "permute",
  doc: "Axis k of the result is axis perm[k] of the operand.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const [shape, perm] = [x?.shape ?? [], intsAttr(attrs, "perm")];
    if (perm.length !== shape.length || !shape.every((_, axis) => perm.includes(axis)))
      throw new Error(`bug: permute: [${perm.join(", ")}] is no permutation of the axes of ${showShape(shape)}`);
    return [{ shape: perm.map((axis) => shape[axis] ?? 1), dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs }) => o.permute(ct, { perm: inverse(intsAttr(attrs, "perm")) }),
  },
  absorb: (attrs) => ({ perm: [0, ...intsAttr(attrs, "perm").map((axis) => axis + 1)] }),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const at = inverse(intsAttr(attrs, "perm"));
      return { form: "map", body: (i) => x?.at(at.map((axis) => i[axis] ?? 0)) ?? s.constant(0, dtype) };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"]],
  samples: [
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { perm: [1, 0] },
      out: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    },
    {
      in: [[[[1, 2]], [[3, 4]]]],
      attrs: { perm: [2, 0, 1] },
      out: [
        [[1], [3]],
        [[2], [4]],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * The axes of `x` in the given order: `permute(x, [0, 2, 1])`.
 *
 * @shapes x: [s₀, s₁, ...] -> [s(order₀), s(order₁), ...]
 * @formula axis k of y is axis order[k] of x
 * @derivative dy is dx in the same order; backward in the inverse one
 */
export const permute = publicFunction<PermuteFn>((x: AnyTensor, order: readonly number[]) => {
  const tensor = asTraced(x, "permute");
  return emit("permute", [tensor], { perm: permutationOf("permute", tensor.sizes, order) });
});
