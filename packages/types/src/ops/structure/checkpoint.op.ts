/**
 * A function whose intermediate values reverse mode computes again instead of keeping them. Operands and results are the
 * function's. `recompute` marks the equations in which that happens: nothing in them may be shared with what is outside,
 * and they run when all of their operands, the cotangents among them, are there.
 */
import { defineOp } from "../define.js";
import { avalsOf, nestedFunc } from "./body.js";

export default defineOp({
  name: "checkpoint",
  doc: "f(x), whose intermediate values are computed again by reverse mode.",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, _attrs, funcs) => avalsOf(nestedFunc("checkpoint", funcs, 0, inputs).outs),
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
