/**
 * The value of a size as a tensor: a named dimension in arithmetic (a mean over it). Takes no operand. Where it is the
 * number of elements that a function cannot be without, `neededBy` says which function, and the call is checked.
 */

import { sizeAttr, sizesAttr } from "../attrs.js";
import { defineOp } from "../define.js";

export default defineOp({
  name: "sizeOf",
  doc: "The value of a size at every element of the given shape, as i32.",
  elementwise: false,
  arity: 0,
  infer: (_inputs, attrs) => [{ shape: sizesAttr(attrs, "shape"), dtype: "i32" }],
  derivative: { form: "none", zero: true, why: "a size is constant" },
  lowering: {
    form: "define",
    define: ({ s }, attrs) => ({ form: "map", body: () => s.position(sizeAttr(attrs, "size")) }),
  },
  dtypes: [],
  samples: [{ in: [], attrs: { shape: [2], size: 7 }, out: [7, 7] }],
  edges: [],
  domain: [0, 1],
});
