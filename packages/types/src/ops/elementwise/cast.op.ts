/** Cast: linear between floats; into integers and bool it is piecewise constant, and nothing is differentiated. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { CastFn } from "../../shape/elementwise.js";
import type { AnyTensor, DType } from "../../shape/tensor.js";
import { defineElementwise, publicFunction } from "../define.js";

export default defineElementwise({
  name: "cast",
  doc: "The same elements in another dtype; floats become i32 by truncation toward zero, bool by x ≠ 0.",
  kind: "any",
  result: (attrs) => attrs.dtype as DType, // the attribute of every cast
  lower: (_s, x) => x, // to the result's dtype, which the equation knows
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { inputs: [input] }) => o.cast(ct, { dtype: input?.dtype ?? ct.dtype }),
  },
  samples: [{ in: [[1.75, -1.75, 0]], attrs: { dtype: "i32" }, out: [1, -1, 0] }],
  edges: [Number.NaN],
});

/**
 * The same elements in another dtype: `cast(label, "f32")`.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x
 * @derivative dy = dx between floats; none into i32 and bool
 * @conventions floats become i32 by truncation toward zero, bool by x ≠ 0
 */
export const cast = publicFunction<CastFn>((x: AnyTensor, dtype: DType) => {
  const tensor = asTraced(x, "cast");
  return tensor.dtype === dtype ? tensor : emit("cast", [tensor], { dtype });
});
