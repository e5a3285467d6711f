/** Positions along an axis: what indices are compared with. Takes no operand. */

import { intAttr, sizesAttr } from "../attrs.js";
import { defineOp } from "../define.js";

export default defineOp({
  name: "iota",
  doc: "y[i…] = i at the given axis, as i32.",
  elementwise: false,
  arity: 0,
  infer: (_inputs, attrs) => [{ shape: sizesAttr(attrs, "shape"), dtype: "i32" }],
  derivative: { form: "none", zero: true, why: "an index is constant" },
  lowering: {
    form: "define",
    define: ({ s }, attrs) => ({ form: "map", body: (i) => s.position(i[intAttr(attrs, "axis")] ?? 0) }),
  },
  dtypes: [],
  samples: [
    {
      in: [],
      attrs: { shape: [2, 3], axis: 1 },
      out: [
        [0, 1, 2],
        [0, 1, 2],
      ],
    },
  ],
  edges: [],
  domain: [0, 1],
});
