/** A box out of a tensor: linear; its transpose pads the cotangent with zeros. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { addSize, type Size, showShape, subSize } from "../../shape/size.js";
import { type SliceFn, sliceBounds } from "../../shape/slice.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { sizesAttr } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";

/** Whether an axis has the box's elements; sizes with names are believed. */
const fits = (size: Size, start: Size | undefined, count: Size | undefined): boolean => {
  if (start === undefined || count === undefined) return false;
  const rest = subSize(size, addSize(start, count));
  return typeof rest !== "number" || (rest >= 0 && !(typeof start === "number" && start < 0));
};

export default defineOp({
  name: "slice",
  doc: "y[i…] = x[i + start…], of the given shape.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const [from, start, shape] = [x?.shape ?? [], sizesAttr(attrs, "start"), sizesAttr(attrs, "shape")];
    if (!from.every((size, axis) => fits(size, start[axis], shape[axis])) || shape.length !== from.length)
      throw new Error(`bug: slice: ${showShape(shape)} from ${showShape(start)} is not within ${showShape(from)}`);
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => {
      const before = sizesAttr(attrs, "start");
      const after = before.map((start, axis) => subSize(x?.shape[axis] ?? 0, addSize(start, ct.sizes[axis] ?? 0)));
      return o.pad(ct, { before, after, value: 0 });
    },
  },
  absorb: (attrs, size) => ({ start: [0, ...sizesAttr(attrs, "start")], shape: [size, ...sizesAttr(attrs, "shape")] }),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const start = sizesAttr(attrs, "start");
      return {
        form: "map",
        body: (i) => x?.at(i.map((at, axis) => addSize(at, start[axis] ?? 0))) ?? s.constant(0, dtype),
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
      attrs: { start: [0, 1], shape: [2, 2] },
      out: [
        [2, 3],
        [5, 6],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/** The elements from `start` up to but not including `end` along an axis; negative bounds count from the end. */
export const slice = publicFunction<SliceFn>((x: AnyTensor, axis: number, start: number, end?: number) => {
  const tensor = asTraced(x, "slice");
  const { index, from, to } = sliceBounds(tensor.sizes, axis, start, end);
  const zeros: readonly Size[] = tensor.sizes.map(() => 0);
  return emit("slice", [tensor], {
    start: zeros.with(index, from),
    shape: tensor.sizes.with(index, subSize(to, from)),
  });
});
