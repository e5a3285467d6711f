/**
 * A function for each position of a new leading axis at once, as an equation until the compiler expands it. Operands:
 * the function's, those flagged in `mapped` with the axis in front. Results: the function's with the axis in front.
 */
import type { Aval } from "../../graph/ir.js";
import { sizeAttr } from "../attrs.js";
import { defineOp } from "../define.js";

export default defineOp({
  name: "vmap",
  doc: "f of every position of the leading axis.",
  elementwise: false,
  arity: "variadic",
  infer: (_inputs, attrs, [f]) => {
    const size = sizeAttr(attrs, "size");
    const outs: readonly Aval[] = f?.outs ?? [];
    return outs.map(({ shape, dtype }) => ({ shape: [size, ...shape], dtype }));
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
