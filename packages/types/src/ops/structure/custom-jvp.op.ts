/**
 * A function with a derivative of its own in forward mode. Operands: the function's inputs, then `captures` tensors that
 * it or the rule captures. Functions: f, of the operands; and the rule, of the float inputs' tangents, the inputs, f's
 * results and what is captured, in this order, which gives the tangents of f's float results.
 */
import type { Aval } from "../../graph/ir.js";
import { intAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { avalsOf, nestedFunc } from "./body.js";

export default defineOp({
  name: "customJvp",
  doc: "f(x), with a rule of its own for f'(x) · dx.",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs, funcs) => {
    const own = inputs.length - intAttr(attrs, "captures");
    const outs: readonly Aval[] = avalsOf(nestedFunc("customJvp", funcs, 0, inputs).outs);
    const tangents = inputs.slice(0, own).filter(({ dtype }) => dtype === "f32" || dtype === "f64");
    nestedFunc("customJvp", funcs, 1, [...tangents, ...inputs.slice(0, own), ...outs, ...inputs.slice(own)]);
    return outs;
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
