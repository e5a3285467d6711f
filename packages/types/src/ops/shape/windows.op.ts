/**
 * All windows of a tensor over its last axes, as a view: linear; its transpose adds overlapping windows up. A convolution
 * is a contraction of windows with a kernel; the contraction reads through the index map, so the windows are no array.
 */
import { checkWindows } from "../../shape/windows.js";
import { intsAttr, sizesAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { spatialOf, windowIndex } from "./window-index.js";

export default defineOp({
  name: "windows",
  doc: "y[…, o…, k…] = x[…, o · stride + k · dilation…]: for each of the last axes count positions, kernel elements at each.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const [kernel, count] = [intsAttr(attrs, "kernel"), sizesAttr(attrs, "count")];
    const { lead, sizes } = spatialOf(x?.shape ?? [], kernel.length);
    checkWindows(sizes, kernel, count, intsAttr(attrs, "stride"), intsAttr(attrs, "dilation"));
    return [{ shape: [...lead, ...count, ...kernel], dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) =>
      o.overlapAdd(ct, {
        stride: intsAttr(attrs, "stride"),
        dilation: intsAttr(attrs, "dilation"),
        shape: spatialOf(x?.shape ?? [], intsAttr(attrs, "kernel").length).sizes,
      }),
  },
  absorb: (attrs) => attrs, // axes before the last ones are a batch anyway
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const [stride, dilation] = [intsAttr(attrs, "stride"), intsAttr(attrs, "dilation")];
      return { form: "map", body: (i) => x?.at(windowIndex(i, stride, dilation)) ?? s.constant(0, dtype) };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"]],
  samples: [
    {
      in: [[1, 2, 3, 4, 5]],
      attrs: { kernel: [2], count: [2], stride: [2], dilation: [1] },
      out: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      in: [[1, 2, 3, 4, 5]],
      attrs: { kernel: [2], count: [2], stride: [1], dilation: [3] },
      out: [
        [1, 4],
        [2, 5],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});
