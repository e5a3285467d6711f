/**
 * A function with a derivative of its own in reverse mode. Operands: the function's inputs, then `captures` tensors that
 * it or its rules capture. Functions: f, of the operands; forward, of the operands, which gives f's results and then the
 * residuals; backward, of the cotangents of f's float results, the residuals and what is captured, in this order, which
 * gives the cotangents of the float inputs.
 */
import type { Aval } from "../../graph/ir.js";
import { intAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { avalsOf, nestedFunc } from "./body.js";

export default defineOp({
  name: "customVjp",
  doc: "f(x), with a rule of its own for ctᵀ · f'(x).",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs, funcs) => {
    const outs: readonly Aval[] = avalsOf(nestedFunc("customVjp", funcs, 0, inputs).outs);
    const forward = nestedFunc("customVjp", funcs, 1, inputs);
    const cotangents = outs.filter(({ dtype }) => dtype === "f32" || dtype === "f64");
    const captured = inputs.slice(inputs.length - intAttr(attrs, "captures"));
    nestedFunc("customVjp", funcs, 2, [...cotangents, ...forward.outs.slice(outs.length), ...captured]);
    return outs;
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
