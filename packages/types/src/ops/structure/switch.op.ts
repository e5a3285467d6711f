/**
 * One of several functions. Operands: the selector, then what any branch captures, which all of them take. The selector is
 * an i32 that is clamped to the branches, or, of two branches, a bool: the first where it is false, the second where it is
 * true. Only the branch taken is computed.
 */
import type { Aval, Func } from "../../graph/ir.js";
import { defineOp } from "../define.js";
import { avalsOf, nestedFunc, sameAval } from "./body.js";

function checkSelector(selector: Aval | undefined, branches: readonly Func[]): void {
  const chooses = selector?.dtype === "i32" || (selector?.dtype === "bool" && branches.length === 2);
  if (!chooses || selector.shape.length > 0)
    throw new Error(`bug: switch: ${branches.length} branches are chosen by a number or, of two, a bool`);
}

export default defineOp({
  name: "switch",
  doc: "branches[index](x) with the index clamped to the branches; only the branch taken is computed.",
  elementwise: false,
  arity: "variadic",
  infer: ([selector, ...captured], _attrs, funcs) => {
    checkSelector(selector, funcs);
    const outs = funcs.map((_, k) => avalsOf(nestedFunc("switch", funcs, k, captured).outs));
    const [first = []] = outs;
    for (const [k, other] of outs.entries())
      if (first.length !== other.length || !first.every((aval, n) => sameAval(aval, other[n])))
        throw new Error(`bug: switch: branch ${k} gives other types than branch 0`);
    return first;
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
