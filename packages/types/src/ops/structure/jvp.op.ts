/**
 * Forward-mode differentiation of a function, as an equation until the compiler expands it. Operands: the function's,
 * then one tangent for each operand listed in `wrt`. Results: the function's, then one tangent for each float result.
 */
import type { Aval } from "../../graph/ir.js";
import { defineOp } from "../define.js";

/** The avals that have tangents. */
export const floats = (avals: readonly Aval[]): readonly Aval[] =>
  avals.filter(({ dtype }) => dtype === "f32" || dtype === "f64").map(({ shape, dtype }) => ({ shape, dtype }));

export default defineOp({
  name: "jvp",
  doc: "f(x) and f'(x) · dx.",
  elementwise: false,
  arity: "variadic",
  infer: (_inputs, _attrs, [f]) => {
    const outs: readonly Aval[] = f?.outs ?? [];
    return [...outs.map(({ shape, dtype }) => ({ shape, dtype })), ...floats(outs)];
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
