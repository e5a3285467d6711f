/** Sum over axes: linear; its transpose spreads the cotangent over the reduced axes. */
import { type ReduceFn, reducedDType } from "../../shape/reduce.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { keptShape, reduceFunction, reductionLoops, spread } from "./reduction.js";

export default defineOp({
  name: "sum",
  doc: "Σ over the given axes (all when none are given); bools are counted.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: keptShape(x?.shape ?? [], attrs), dtype: reducedDType(x?.dtype ?? "f32") }],
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => spread(o, ct, x?.shape ?? [], attrs),
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => ({
      ...reductionLoops(x?.shape ?? [], attrs),
      combine: "sum",
      body: (d) => (x === undefined ? s.constant(0, dtype) : s.cast(x.at(d), dtype)),
    }),
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
      attrs: { axes: [0, 1] },
      out: 21,
    },
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { axes: [1] },
      out: [6, 15],
    },
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { axes: [0] },
      out: [5, 7, 9],
    },
  ],
  edges: [Number.NaN, Number.POSITIVE_INFINITY],
  domain: [-2, 2],
});

/**
 * Sum over one axis, several, or all; `{ keepDims: true }` keeps them with size 1. Bools are counted.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = Σx
 * @derivative dy = Σdx
 * @conventions 0 where there is no element; added up in several accumulators, so not from left to right
 */
export const sum = reduceFunction<ReduceFn<"sum">>("sum", "any");
