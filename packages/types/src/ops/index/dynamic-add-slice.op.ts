/** A box added to a tensor at a computed place, the transpose of taking it: linear in the tensor and the box together. */
import { defineOp } from "../define.js";
import { boxIndex, checkBox } from "./box.js";

export default defineOp({
  name: "dynamicAddSlice",
  doc: "y = x, then y[start + i…] += update[i…]; a start is an i32 scalar, moved to where the update lies within its axis.",
  elementwise: false,
  arity: "variadic",
  infer: ([x, update, ...starts]) => {
    checkBox("dynamicAddSlice", x, update?.shape ?? [], starts);
    return [{ shape: x?.shape ?? [], dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0, 1],
    mode: "jointly",
    transpose: (o, k, ct, [, , ...given], { inputs: [, update] }) => {
      const starts = given.filter((start) => start !== undefined);
      return k === 0 ? ct : o.dynamicSlice(ct, ...starts, { shape: update?.shape ?? [] });
    },
  },
  lowering: {
    form: "define",
    define: (context, attrs) => {
      const [x, update, ...starts] = context.operands;
      const sizes = update?.shape ?? [];
      const zero = context.s.constant(0, context.dtype);
      return {
        form: "scatter",
        combine: "sum",
        base: (i) => x?.at(i) ?? zero,
        domain: sizes,
        target: boxIndex(context, attrs, starts, x?.shape ?? [], sizes),
        body: (d) => update?.at(d) ?? zero,
      };
    },
  },
  dtypes: [["f64", "f32", "i32"], ["f64", "f32", "i32"], ["i32"]],
  samples: [
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [[10, 20]],
        1,
        0,
      ],
      out: [
        [1, 2, 3],
        [14, 25, 6],
      ],
    },
    { in: [[1, 2, 3], [10, 20], 7], out: [1, 12, 23] },
  ],
  edges: [],
  domain: [-2, 2],
});
