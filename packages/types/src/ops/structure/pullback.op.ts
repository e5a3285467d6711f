/**
 * The linear map whose transpose is the given function: what reverse mode puts in the place of a function with a rule of
 * its own, until it transposes the program and the function itself is there. Operands: `tangents` tangents, then what the
 * function takes beside its cotangents. Results: as its cotangents.
 */
import { intAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { avalsOf } from "./body.js";

export default defineOp({
  name: "pullback",
  doc: "The linear map of dx whose transpose is the given function.",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs, [backward]) => {
    const known = inputs.length - intAttr(attrs, "tangents");
    const params = backward?.params ?? [];
    return avalsOf(params.slice(0, params.length - known));
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
