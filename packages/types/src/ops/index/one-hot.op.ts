/** Indicator of an index: piecewise constant, nothing is differentiated. */
import { emit } from "../../graph/emit.js";
import { makeLit } from "../../graph/ir.js";
import { asTraced, type TracedTensor, tensorOf } from "../../graph/tensor.js";
import { type OneHotFn, type OneHotOptions, oneHotAxis } from "../../shape/one-hot.js";
import { toSize } from "../../shape/size.js";
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

/** `on` where it is true, `off` elsewhere. */
function chosen(mask: TracedTensor, on: number, off: number, dtype: DType): TracedTensor {
  const branches = [on, off].map((value) => tensorOf(makeLit(value, dtype)));
  return emit("where", [mask, ...branches]);
}

/**
 * A new axis of `depth` elements for every index: 1 at the index, 0 elsewhere; f32 when no dtype is given. Other values and
 * another place for the axis (the last when left out) can be asked for.
 *
 * @shapes indices: i32 [...i] -> [...i, depth]
 * @formula y[i…, c] = on where indices[i…] = c, else off
 * @derivative none: an indicator is piecewise constant
 * @conventions off everywhere for an index outside of 0 … depth - 1
 */
export const oneHot = publicFunction<OneHotFn>(
  (indices: AnyTensor, depth: number | string, dtype: DType = "f32", options: OneHotOptions = {}) => {
    const { axis, on = 1, off = 0 } = options;
    const at = oneHotAxis(operandSize("oneHot", indices), axis);
    const plain = on === 1 && off === 0;
    const attrs = { depth: toSize(depth), dtype: plain ? dtype : "bool" };
    const hot = emit("oneHot", [asTraced(indices, "oneHot")], attrs);
    const last = hot.sizes.length - 1;
    const perm = [...hot.sizes.keys()].slice(0, last).toSpliced(at, 0, last);
    const placed = at === last ? hot : emit("permute", [hot], { perm });
    return plain ? placed : chosen(placed, on, off, dtype);
  },
);
