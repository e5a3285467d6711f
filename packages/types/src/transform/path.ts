/**
 * Is there a way for a derivative from the inputs to the scalar?
 *
 * Invariant: a result that does not depend on the inputs at all passes, for its gradient is zero and that is right; one
 * that depends on them only through integers or bools (`argmax`, comparisons) does not, for there a gradient of zero is
 * hardly what was meant. An op of floats that stops the gradient on purpose (`stopGradient`, `sign`) is a way.
 */
import { TraceError } from "../graph/errors.js";
import type { Atom, Eqn, Func } from "../graph/ir.js";
import { opNamed } from "../graph/registry.js";
import { isFloat } from "../graph/trees.js";

/** Why an op of floats gives no floats: `an index is piecewise constant`. */
function reasonOf({ op, outs }: Eqn): string {
  const { derivative } = opNamed(op);
  return derivative.form === "none" ? derivative.why : `its result is ${outs[0]?.dtype ?? "discrete"}`;
}

const refuse = (call: string, eqn: Eqn): never => {
  throw new TraceError(
    "TL0392",
    `${call}: the result depends on the input only through ${eqn.op}, which has no derivative (${reasonOf(eqn)}); ` +
      "use a smooth function in its place",
    eqn.spans[0],
  );
};

/** Throws where the first result of `func` depends on the parameters at `wrt` but no derivative gets there. */
export function checkPath(call: string, func: Func, wrt: readonly number[]): void {
  const smooth = new Set<Atom>(wrt.flatMap((k) => func.params[k] ?? []));
  const blockedBy = new Map<Atom, Eqn>();
  for (const eqn of func.eqns) {
    const reached = eqn.inputs.some((input) => smooth.has(input));
    const blocked = eqn.inputs.map((input) => blockedBy.get(input)).find((known) => known !== undefined);
    for (const out of eqn.outs) {
      if (reached && isFloat(out)) smooth.add(out);
      else if (reached || blocked !== undefined) blockedBy.set(out, blocked ?? eqn);
    }
  }
  const [result] = func.outs;
  const block = result === undefined || smooth.has(result) ? undefined : blockedBy.get(result);
  if (block !== undefined) refuse(call, block);
}
