/** Another shape for the same elements in row-major order: linear; its transpose is the reshape back. */

import type { LoweringContext } from "../../graph/definition.js";
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { Index } from "../../scalar/expr.js";
import { checkCounts, type ReshapeFn, reshapeShape, withoutEqual } from "../../shape/reshape.js";
import { addSize, equalShape, equalSize, mulSize, productSize, type Size } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { sizesAttr } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";

/** The row-major position of an index. */
const flatten = (shape: readonly Size[], index: readonly Index[]): Index =>
  index.reduce<Index>((flat, at, axis) => addSize(mulSize(flat, shape[axis] ?? 1), at), 0);

/** The index at a row-major position: quotients and remainders by the strides. */
function unflatten({ s, index }: LoweringContext, shape: readonly Size[], flat: Index): readonly Index[] {
  return shape.map((size, axis) => {
    const stride = productSize(shape.slice(axis + 1));
    const whole = stride === 1 ? flat : index(s.div(s.position(flat), s.position(stride)));
    return axis === 0 ? whole : index(s.rem(s.position(whole), s.position(size)));
  });
}

export default defineOp({
  name: "reshape",
  doc: "The same elements in row-major order, under another shape.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const shape = sizesAttr(attrs, "shape");
    const from = x?.shape ?? [];
    checkCounts(from, shape);
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { inputs: [x] }) => o.reshape(ct, { shape: x?.shape ?? [] }),
  },
  relations: ([x], attrs) => {
    const [shape, target] = [x?.shape ?? [], sizesAttr(attrs, "shape")];
    // Where the counts agree whatever the names are there is nothing to check; of [0, 2] -> [0] that is so through the 0 alone.
    if (equalSize(productSize(shape), productSize(target))) return [];
    const [from, to] = withoutEqual(shape, target);
    return [[productSize(from), productSize(to)]];
  },
  absorb: (attrs, size) => ({ shape: [size, ...sizesAttr(attrs, "shape")] }),
  lowering: {
    form: "define",
    define: (context, attrs) => {
      const [x] = context.operands;
      const from = x?.shape ?? [];
      const shape = sizesAttr(attrs, "shape");
      return {
        form: "map",
        body: (i) => x?.at(unflatten(context, from, flatten(shape, i))) ?? context.s.constant(0, context.dtype),
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
      attrs: { shape: [3, 2] },
      out: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { shape: [6] },
      out: [1, 2, 3, 4, 5, 6],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * The elements of `x` in their order, under another shape; one size may be -1. Between sizes of different names it declares a
 * relation: `reshape(x, ["rows", "cols"])` of a `["k"]` is for k = rows·cols, and the call checks that.
 *
 * @shapes x: [...] -> target
 * @formula the same elements in row-major order
 * @derivative dy is dx reshaped
 */
export const reshape = publicFunction<ReshapeFn>((x: AnyTensor, target: readonly (number | string)[]) => {
  const tensor = asTraced(x, "reshape");
  const shape = reshapeShape(tensor.sizes, target);
  return equalShape(shape, tensor.sizes) ? tensor : emit("reshape", [tensor], { shape });
});
