/** A diagonal of a matrix: linear; its transpose puts the cotangent on that diagonal, between zeros. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { type DiagonalFn, diagonalShape } from "../../shape/diagonal.js";
import { addSize } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intAttr } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";
import { onDiagonal } from "./on-diagonal.js";

export default defineOp({
  name: "diagonal",
  doc: "y[…, i] = x[…, i + max(0, -k), i + max(0, k)]: the k-th diagonal over the last two axes.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: diagonalShape(x?.shape ?? [], intAttr(attrs, "k")), dtype: x?.dtype ?? "f32" }],
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => onDiagonal(o, ct, intAttr(attrs, "k"), x?.shape ?? []),
  },
  absorb: (attrs) => attrs, // leading axes are a batch anyway
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const k = intAttr(attrs, "k");
      return {
        form: "map",
        body: (i) => {
          const along = i.at(-1) ?? 0;
          const at = [...i.slice(0, -1), addSize(along, Math.max(0, -k)), addSize(along, Math.max(0, k))];
          return x?.at(at) ?? s.constant(0, dtype);
        },
      };
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
      attrs: { k: 1 },
      out: [2, 6],
    },
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { k: -1 },
      out: [4],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * The `k`-th diagonal over the last two axes (the main one when left out; below it where `k` is negative).
 *
 * @shapes x: [..., m, n] -> [..., min(m + min(0, k), n - max(0, k))]
 * @formula y[i] = x[i + max(0, -k), i + max(0, k)]
 * @derivative dy[i] = dx[i + max(0, -k), i + max(0, k)]
 */
export const diagonal = publicFunction<DiagonalFn>((x: AnyTensor, k = 0) => {
  const tensor = asTraced(x, "diagonal");
  diagonalShape(tensor.sizes, k);
  return emit("diagonal", [tensor], { k });
});
