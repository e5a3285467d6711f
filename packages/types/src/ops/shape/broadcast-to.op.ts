/** Repetition along axes: linear; its transpose sums over the axes that were repeated. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { Attrs } from "../../node/attrs.js";
import { type BroadcastToFn, broadcastToShape } from "../../shape/broadcast.js";
import { equalShape, equalSize, type Size } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intsAttr, sizesAttr } from "../attrs.js";
import { alignedAxes, defineOp, publicFunction } from "../define.js";

/** Axes of size 1 that become longer. */
const stretched = (from: readonly Size[], attrs: Attrs): readonly number[] =>
  intsAttr(attrs, "axes").filter((at, axis) => from[axis] === 1 && sizesAttr(attrs, "shape")[at] !== 1);

export default defineOp({
  name: "broadcastTo",
  doc: "The operand repeated along new axes and along axes of size 1, to the given shape.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const shape = sizesAttr(attrs, "shape");
    const from = x?.shape ?? [];
    const fits = intsAttr(attrs, "axes").every(
      (at, axis) => from[axis] === 1 || equalSize(from[axis] ?? 1, shape[at] ?? -1),
    );
    if (!fits) throw new Error("bug: broadcastTo: the operand's axes do not fit the shape");
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => {
      const from = x?.shape ?? [];
      const targets = intsAttr(attrs, "axes");
      const long = stretched(from, attrs);
      const axes = ct.sizes.flatMap((_, at) => (targets.includes(at) && !long.includes(at) ? [] : [at]));
      const summed = axes.length === 0 ? ct : o.sum(ct, { axes });
      return equalShape(summed.sizes, from) ? summed : o.reshape(summed, { shape: from });
    },
  },
  absorb: (attrs, size) => ({
    ...attrs,
    shape: [size, ...sizesAttr(attrs, "shape")],
    axes: [0, ...intsAttr(attrs, "axes").map((axis) => axis + 1)],
  }),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const from = x?.shape ?? [];
      const long = stretched(from, attrs);
      const targets = intsAttr(attrs, "axes");
      return {
        form: "map",
        body: (i) => x?.at(targets.map((at) => (long.includes(at) ? 0 : (i[at] ?? 0)))) ?? s.constant(0, dtype),
      };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"]],
  samples: [
    {
      in: [[1, 2]],
      attrs: { shape: [3, 2], axes: [1] },
      out: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    },
    {
      in: [[[1], [2]]],
      attrs: { shape: [2, 2], axes: [0, 1] },
      out: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      in: [[1, 2]],
      attrs: { shape: [2, 3], axes: [0] },
      out: [
        [1, 1, 1],
        [2, 2, 2],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * `x` repeated along new leading axes and along axes of size 1, to the given shape.
 *
 * @shapes x: [..., s] -> target, where s is 1 or the size there
 * @formula y[i, j] = x[j]
 * @derivative dy = dx broadcast; backward the sum over what was repeated
 */
export const broadcastTo = publicFunction<BroadcastToFn>((x: AnyTensor, target: readonly (number | string)[]) => {
  const tensor = asTraced(x, "broadcastTo");
  const shape = broadcastToShape(tensor.sizes, target);
  return emit("broadcastTo", [tensor], { shape, axes: alignedAxes(tensor.sizes.length, shape.length) });
});
