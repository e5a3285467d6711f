/** Programs that add a result to a carry, which they are given, in place of giving it. */
import { type Eqn, type Func, makeVar, type Var } from "@tapeless/types/compiler";
import { isZero } from "../zero.js";

/** The branch of a choice or the body of a loop with one of its results added to a carry; a result of zero leaves it alone. */
export function adding(func: Func, result: number, carry: Var): Func {
  const value = func.outs[result];
  if (value === undefined) throw new Error(`fuse: '${func.name}' has no result ${result}`);
  const sum = makeVar(carry);
  const add: Eqn = { op: "add", inputs: [carry, value], attrs: {}, funcs: [], batch: [], outs: [sum], spans: [] };
  const leaves = isZero(func, value);
  return {
    ...func,
    params: [...func.params, carry],
    eqns: leaves ? func.eqns : [...func.eqns, add],
    outs: func.outs.with(result, leaves ? carry : sum),
  };
}
