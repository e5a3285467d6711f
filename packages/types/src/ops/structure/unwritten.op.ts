/**
 * A tensor of which nothing is known but its type, and which nobody looks at: what one branch hands over and another does
 * not have. The compiler makes it as a result of a branch, where it is not stored at all.
 */
import type { DType } from "../../shape/tensor.js";
import { sizesAttr, textAttr } from "../attrs.js";
import { defineOp } from "../define.js";

export default defineOp({
  name: "unwritten",
  doc: "A tensor of the given type that nobody looks at.",
  elementwise: false,
  arity: 0,
  infer: (_inputs, attrs) => [{ shape: sizesAttr(attrs, "shape"), dtype: textAttr(attrs, "dtype") as DType }], // its writer puts one there
  derivative: { form: "none", zero: true, why: "it has no value" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
