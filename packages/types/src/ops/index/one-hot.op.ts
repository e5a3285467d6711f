/** Indicator of an index: piecewise constant, nothing is differentiated. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { type OneHotFn, oneHotSize } from "../../shape/one-hot.js";
import { type Size, toSize } from "../../shape/size.js";
import type { AnyTensor, DType } from "../../shape/tensor.js";
import { sizeAttr, textAttr } from "../attrs.js";
import { defineOp, operandSize, publicFunction } from "../define.js";

export default defineOp({
  name: "oneHot",
  doc: "y[i…, c] = 1 where indices[i…] = c, else 0; a row of zeros for an index outside of 0 … depth - 1.",
  elementwise: false,
  arity: 1,
  infer: ([indices], attrs) => [
    { shape: [...(indices?.shape ?? []), sizeAttr(attrs, "depth")], dtype: textAttr(attrs, "dtype") as DType }, // written by `oneHot` below
  ],
  derivative: { form: "none", zero: true, why: "an indicator is piecewise constant" },
  lowering: {
    form: "define",
    define: ({ s, operands: [indices], dtype }) => ({
      form: "map",
      body: (i) => {
        const index = indices?.at(i.slice(0, -1)) ?? s.constant(0, "i32");
        return s.cast(s.equal(index, s.position(i.at(-1) ?? 0)), dtype);
      },
    }),
  },
  dtypes: [["i32"]],
  samples: [
    {
      in: [[2, 0, 3]],
      attrs: { depth: 3, dtype: "f64" },
      out: [
        [0, 0, 1],
        [1, 0, 0],
        [0, 0, 0],
      ],
    },
  ],
  edges: [],
  domain: [0, 2],
});

/** A row of `depth` elements for every index: 1 at the index, 0 elsewhere; f32 when no dtype is given. */
export const oneHot = publicFunction<OneHotFn>((indices: AnyTensor, depth: number | string, dtype: DType = "f32") => {
  const size: Size = toSize(depth);
  oneHotSize(operandSize("oneHot", indices), size, dtype);
  return emit("oneHot", [asTraced(indices, "oneHot")], { depth: size, dtype });
});
