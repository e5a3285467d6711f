/** Windows put back where they came from, overlaps added up: the transpose of `windows`, and the heart of transposed convolutions. */
import { overlapShape } from "../../shape/windows.js";
import { intsAttr, sizesAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { windowIndex } from "./window-index.js";

export default defineOp({
  name: "overlapAdd",
  doc: "y[…, p…] = Σ x[…, o…, k…] over all o and k with o · stride + k · dilation = p: of the given shape in the last axes.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const shape = overlapShape(
      x?.shape ?? [],
      sizesAttr(attrs, "shape"),
      intsAttr(attrs, "stride"),
      intsAttr(attrs, "dilation"),
    );
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => {
      const stride = intsAttr(attrs, "stride");
      const last = (x?.shape ?? []).slice(-2 * stride.length);
      const [count, kernel] = [last.slice(0, stride.length), last.slice(stride.length)];
      // Where nothing was added up there is nothing to read: the sizes were judged on the way there.
      return o.windows(ct, { kernel, count, stride, dilation: intsAttr(attrs, "dilation"), orNone: true });
    },
  },
  absorb: (attrs) => attrs, // axes before the last ones are a batch anyway
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const [stride, dilation] = [intsAttr(attrs, "stride"), intsAttr(attrs, "dilation")];
      return {
        form: "scatter",
        combine: "sum",
        base: () => s.constant(0, dtype),
        domain: x?.shape ?? [],
        target: (d) => windowIndex(d, stride, dilation),
        body: (d) => x?.at(d) ?? s.constant(0, dtype),
      };
    },
  },
  dtypes: [["f64", "f32", "i32"]],
  samples: [
    {
      in: [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      attrs: { stride: [1], dilation: [1], shape: [5] },
      out: [1, 5, 9, 6, 0],
    },
    {
      in: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      attrs: { stride: [3], dilation: [2], shape: [6] },
      out: [1, 0, 2, 3, 0, 4],
    },
  ],
  edges: [],
  domain: [-2, 2],
});
