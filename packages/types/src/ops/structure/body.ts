/** What equations with nested functions have in common: a function takes the operands that it is given. */
import type { Aval, Func } from "../../graph/ir.js";
import { equalShape, showShape } from "../../shape/size.js";

const show = (aval: Aval | undefined): string =>
  aval === undefined ? "nothing" : `${aval.dtype}${showShape(aval.shape)}`;

export const sameAval = (a: Aval | undefined, b: Aval | undefined): boolean =>
  a !== undefined && b !== undefined && a.dtype === b.dtype && equalShape(a.shape, b.shape);

/** The types alone, without names. */
export const avalsOf = (atoms: readonly Aval[]): readonly Aval[] => atoms.map(({ shape, dtype }) => ({ shape, dtype }));

/** The function of an equation; throws where it does not take what it is given. */
export function nestedFunc(op: string, funcs: readonly Func[], at: number, given: readonly Aval[]): Func {
  const func = funcs[at];
  if (func === undefined) throw new Error(`bug: ${op} has no function ${at}`);
  if (func.params.length !== given.length)
    throw new Error(`bug: ${op}: ${given.length} operands for a function of ${func.params.length} parameters`);
  given.forEach((aval, k) => {
    const param = func.params[k];
    if (!sameAval(aval, param))
      throw new Error(`bug: ${op}: parameter ${k} of function ${at} is ${show(param)}, its operand ${show(aval)}`);
  });
  return func;
}
