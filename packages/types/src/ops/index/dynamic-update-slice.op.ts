/**
 * A box put into a tensor at a computed place: linear in the tensor and the box together. Transposed, the tensor's
 * cotangent has zeros in the box, and the box's is what stood there.
 */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { type DynamicUpdateSliceFn, dynamicUpdateSliceSize, type Start } from "../../shape/dynamic-slice.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { defineOp, operandSize, publicFunction } from "../define.js";
import { filled } from "../filled.js";
import { boxIndex, checkBox, startOperands } from "./box.js";

export default defineOp({
  name: "dynamicUpdateSlice",
  doc: "y = x, then y[start + i…] = update[i…]; a start is an i32 scalar, moved to where the update lies within its axis.",
  elementwise: false,
  arity: "variadic",
  infer: ([x, update, ...starts]) => {
    checkBox("dynamicUpdateSlice", x, update?.shape ?? [], starts);
    return [{ shape: x?.shape ?? [], dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0, 1],
    mode: "jointly",
    transpose: (o, k, ct, [, , ...given], { inputs: [, update] }) => {
      const starts = given.filter((start) => start !== undefined);
      const sizes = update?.shape ?? [];
      return k === 1
        ? o.dynamicSlice(ct, ...starts, { shape: sizes })
        : o.dynamicUpdateSlice(ct, filled(o, 0, sizes, ct.dtype), ...starts);
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
        combine: "set",
        base: (i) => x?.at(i) ?? zero,
        domain: sizes,
        target: boxIndex(context, attrs, starts, x?.shape ?? [], sizes),
        body: (d) => update?.at(d) ?? zero,
      };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"], ["f64", "f32", "i32", "bool"], ["i32"]],
  samples: [
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [[7, 8]],
        1,
        1,
      ],
      out: [
        [1, 2, 3],
        [4, 7, 8],
      ],
    },
    { in: [[1, 2, 3, 4], [7, 8], 3], out: [1, 2, 7, 8] },
    { in: [[1, 2, 3, 4], [7, 8], -5], out: [7, 8, 3, 4] },
  ],
  edges: [],
  domain: [-2, 2],
});

/**
 * A copy of a tensor with a box of it replaced, whose place is found while the program runs: from `starts` on, as far as
 * `update` goes. In a loop that carries the tensor nothing but the box is written.
 *
 * @shapes x: [n…], update: [m…], of the rank of x and nowhere larger, starts: i32 scalars or numbers, one for each axis -> [n…]
 * @formula y = x, then y[s + i…] = update[i…], s = max(0, min(start, n - m)) on each axis
 * @derivative dy = dx, then dy[s + i…] = dupdate[i…]; the cotangent of x is 0 in the box
 * @conventions a start that would take the update out of its axis is moved to where the update fits, as XLA does: one
 *   below 0 to 0 (it is not counted from the end), one above n - m to n - m
 */
export const dynamicUpdateSlice = publicFunction<DynamicUpdateSliceFn>(
  (x: AnyTensor, update: AnyTensor, starts: readonly Start[]) => {
    const op = "dynamicUpdateSlice";
    const given = starts.map((start) => operandSize(op, start));
    dynamicUpdateSliceSize(operandSize(op, x), operandSize(op, update), given);
    return emit(op, [asTraced(x, op), asTraced(update, op), ...startOperands(op, starts)]);
  },
);
