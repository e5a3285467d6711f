/** A box out of a tensor at a computed place: linear; its transpose adds the cotangent to the box alone. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { type DynamicSliceFn, dynamicSliceSize, type Start } from "../../shape/dynamic-slice.js";
import { toSize } from "../../shape/size.js";
import type { AnyTensor, Dim } from "../../shape/tensor.js";
import { sizesAttr } from "../attrs.js";
import { defineOp, operandSize, publicFunction } from "../define.js";
import { filled } from "../filled.js";
import { boxIndex, checkBox, startOperands } from "./box.js";

export default defineOp({
  name: "dynamicSlice",
  doc: "y[i…] = x[start + i…], of the given sizes; a start is an i32 scalar, moved to where the slice lies within its axis.",
  elementwise: false,
  arity: "variadic",
  infer: ([x, ...starts], attrs) => {
    const shape = sizesAttr(attrs, "shape");
    checkBox("dynamicSlice", x, shape, starts);
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, [, ...starts], { inputs: [x] }) =>
      o.dynamicAddSlice(filled(o, 0, x?.shape ?? [], ct.dtype), ct, ...starts.filter((start) => start !== undefined)),
  },
  lowering: {
    form: "define",
    define: (context, attrs) => {
      const [x, ...starts] = context.operands;
      const place = boxIndex(context, attrs, starts, x?.shape ?? [], sizesAttr(attrs, "shape"));
      return { form: "map", body: (i) => x?.at(place(i)) ?? context.s.constant(0, context.dtype) };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"], ["i32"]],
  samples: [
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        1,
        1,
      ],
      attrs: { shape: [1, 2] },
      out: [[5, 6]],
    },
    { in: [[1, 2, 3, 4], 3], attrs: { shape: [3] }, out: [2, 3, 4] },
    { in: [[1, 2, 3, 4], -2], attrs: { shape: [3] }, out: [1, 2, 3] },
  ],
  edges: [],
  domain: [-2, 2],
});

/**
 * A box out of a tensor whose place is found while the program runs: on each axis `sizes` elements from `starts` on. A
 * start is an i32 scalar or a whole number.
 *
 * @shapes x: [n…], starts: i32 scalars or numbers, one for each axis, sizes: m… -> [m…]
 * @formula y[i…] = x[s + i…], s = max(0, min(start, n - m)) on each axis
 * @derivative dy[i…] = dx[s + i…]; the cotangent of x is added to the box alone
 * @conventions a start that would take the slice out of its axis is moved to where the slice fits, as XLA does: one below
 *   0 to 0 (it is not counted from the end), one above n - m to n - m
 */
export const dynamicSlice = publicFunction<DynamicSliceFn>(
  (x: AnyTensor, starts: readonly Start[], sizes: readonly Dim[]) => {
    const op = "dynamicSlice";
    const shape = sizes.map(toSize);
    const given = starts.map((start) => operandSize(op, start));
    dynamicSliceSize(operandSize(op, x), given, shape);
    return emit(op, [asTraced(x, op), ...startOperands(op, starts)], { shape });
  },
);
