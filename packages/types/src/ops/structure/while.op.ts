/**
 * A loop that runs as long as its test holds. Operands: what the test captures, what the body captures, then the initial
 * carries. The test takes its captures and the carries and gives a bool; the body takes its own and the carries, and gives
 * the next carries and, after transformations, one element of each stacked result.
 *
 * Invariant: how many steps there were is known when the loop is over. Stacked results are that long: the equation binds
 * the name `trips` as a size, for equations after it and their functions. `bound` is the most steps there may be.
 */

import type { Aval, Func } from "../../graph/ir.js";
import type { Attrs } from "../../node/attrs.js";
import { namesOf, type Size, showShape } from "../../shape/size.js";
import { intAttr, sizeAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { avalsOf, nestedFunc, sameAval } from "./body.js";

/** The attributes of a while, read. */
export interface WhileAttrs {
  /** How many operands the test captures. */
  readonly tests: number;
  /** How many operands the body captures. */
  readonly consts: number;
  readonly carries: number;
  /** The name of the number of steps, where something asks for it. */
  readonly trips: string | undefined;
  /** The most steps there may be. */
  readonly bound: Size | undefined;
}

export function whileAttrs(attrs: Attrs): WhileAttrs {
  const [trips] = attrs.trips === undefined ? [] : namesOf(sizeAttr(attrs, "trips"));
  return {
    tests: intAttr(attrs, "tests"),
    consts: intAttr(attrs, "consts"),
    carries: intAttr(attrs, "carries"),
    trips,
    bound: attrs.bound === undefined ? undefined : sizeAttr(attrs, "bound"),
  };
}

function checkTest(func: Func): void {
  const [out] = func.outs;
  if (func.outs.length !== 1 || !sameAval(out, { shape: [], dtype: "bool" }))
    throw new Error(`bug: while: the test gives ${func.outs.map(({ dtype, shape }) => `${dtype}${showShape(shape)}`)}`);
}

export default defineOp({
  name: "while",
  doc: "As long as test(carry) holds, carry = body(carry); gives the last carry.",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs, funcs) => {
    const { tests, consts, carries, trips } = whileAttrs(attrs);
    if (inputs.length !== tests + consts + carries) throw new Error(`bug: while: ${inputs.length} operands`);
    const init = inputs.slice(tests + consts);
    checkTest(nestedFunc("while", funcs, 0, [...inputs.slice(0, tests), ...init]));
    const outs: readonly Aval[] = nestedFunc("while", funcs, 1, inputs.slice(tests)).outs;
    init.forEach((carry, k) => {
      if (sameAval(carry, outs[k])) return;
      const shown = showShape(outs[k]?.shape ?? []);
      throw new Error(`bug: while: carry ${k} is ${showShape(carry.shape)} but comes out as ${shown}`);
    });
    const stacked = outs.slice(carries);
    if (stacked.length > 0 && trips === undefined) throw new Error("bug: while: stacked results of unknown length");
    const length = stacked.length > 0 ? [sizeAttr(attrs, "trips")] : [];
    return [...avalsOf(init), ...stacked.map(({ shape, dtype }) => ({ shape: [...length, ...shape], dtype }))];
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
