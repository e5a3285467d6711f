/** Axes in reverse: linear, and its own transpose. */

import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { Axes } from "../../shape/axes.js";
import { type FlipFn, flippedAxes } from "../../shape/flip.js";
import { addSize, mulSize, subSize } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intsAttr, shiftAxes } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";

export default defineOp({
  name: "flip",
  doc: "y[i] = x[n - 1 - i] along each of the given axes.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const wrong = intsAttr(attrs, "axes").find((axis) => x?.shape[axis] === undefined);
    if (wrong !== undefined) throw new Error(`bug: flip: there is no axis ${wrong}`);
    return [{ shape: x?.shape ?? [], dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs }) => o.flip(ct, attrs),
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const axes = intsAttr(attrs, "axes");
      return {
        form: "map",
        body: (i) => {
          const from = i.map((at, axis) =>
            axes.includes(axis) ? addSize(subSize(x?.shape[axis] ?? 1, 1), mulSize(-1, at)) : at,
          );
          return x?.at(from) ?? s.constant(0, dtype);
        },
      };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"]],
  samples: [
    { in: [[1, 2, 3]], attrs: { axes: [0] }, out: [3, 2, 1] },
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { axes: [0, 1] },
      out: [
        [6, 5, 4],
        [3, 2, 1],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * The elements in reverse order along one axis, several, or all when none are given.
 *
 * @shapes x: [...] -> [...]
 * @formula y[i] = x[n - 1 - i]
 * @derivative dy[i] = dx[n - 1 - i]
 */
export const flip = publicFunction<FlipFn>((x: AnyTensor, axes?: Axes) => {
  const tensor = asTraced(x, "flip");
  return emit("flip", [tensor], { axes: flippedAxes(tensor.sizes, axes) });
});
