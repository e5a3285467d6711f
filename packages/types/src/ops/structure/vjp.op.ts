/**
 * Reverse-mode differentiation of a function, as an equation until the compiler expands it. Operands: the function's,
 * then one cotangent for each result listed in `of`. Results: the function's, then one cotangent for each operand
 * listed in `wrt`.
 */
import type { Aval } from "../../graph/ir.js";
import { intsAttr } from "../attrs.js";
import { defineOp } from "../define.js";

export default defineOp({
  name: "vjp",
  doc: "f(x) and ctᵀ · f'(x).",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs, [f]) => {
    const outs: readonly Aval[] = f?.outs ?? [];
    const wrt = intsAttr(attrs, "wrt").flatMap((k) => inputs[k] ?? []);
    return [...outs, ...wrt].map(({ shape, dtype }) => ({ shape, dtype }));
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
