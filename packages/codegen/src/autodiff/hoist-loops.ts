/**
 * The program with what does not change in its loops computed before them.
 *
 * Invariant: from the innermost loop outwards, so that what changes in no loop comes out of all. A checkpoint that is computed again
 * keeps what it computes.
 */
import { type Eqn, type Func, type Size, scanAttrs, type Trace } from "@tapeless/types/compiler";
import { dear, hoistInvariants } from "./hoist.js";
import { rewriteLoops } from "./rewrite-loops.js";
import { bodyOf } from "./scan-parts.js";
import { whileEqnOf, whileParts } from "./while-parts.js";

/** Is something computed before a loop of so many steps? A loop with a test is of no known number. */
type IsLong = (length?: Size) => boolean;

const mayRepeat: IsLong = (length) => typeof length !== "number" || length > 1;

/**
 * Certainly more than one step. Before differentiation that is asked for: the derivative of what is computed before a loop that
 * takes no step would be 0 · ∞ where the loop itself has none.
 */
const isCertain: IsLong = (length) => typeof length === "number" && length > 1;

function hoistedScan(trace: Trace, eqn: Eqn, isLong: IsLong): Eqn {
  const { consts, length, recompute } = scanAttrs(eqn.attrs);
  if (recompute || eqn.batch.length > 0 || !isLong(length)) return eqn;
  const options = { wantedOf: dear, runs: isCertain(length) };
  const { func, captured } = hoistInvariants(trace, bodyOf(eqn), eqn.inputs.slice(0, consts), options);
  const inputs = [...captured, ...eqn.inputs.slice(consts)];
  return { ...eqn, inputs, attrs: { ...eqn.attrs, consts: captured.length }, funcs: [func] };
}

/** Of a loop with a test the test as well, which is run once more than the body. */
function hoistedWhile(trace: Trace, eqn: Eqn, isLong: IsLong): Eqn {
  if (eqn.batch.length > 0 || !isLong()) return eqn;
  const parts = whileParts(eqn);
  const test = hoistInvariants(trace, parts.test, parts.tests, { wantedOf: dear, runs: true });
  const body = hoistInvariants(trace, parts.body, parts.consts, { wantedOf: dear, runs: false });
  const { inputs, attrs, funcs } = whileEqnOf({
    ...parts,
    test: test.func,
    tests: test.captured,
    body: body.func,
    consts: body.captured,
  });
  return { ...eqn, inputs, attrs: { ...eqn.attrs, ...attrs }, funcs };
}

const hoistIn = (func: Func, isLong: IsLong): Func =>
  rewriteLoops(func, (trace, eqn) => {
    const hoisted = eqn.op === "scan" ? hoistedScan(trace, eqn, isLong) : hoistedWhile(trace, eqn, isLong);
    return trace.emit(
      hoisted,
      eqn.outs.map((out) => out.name),
    );
  });

/** For programs that are differentiated no more. */
export const hoistLoops = (func: Func): Func => hoistIn(func, mayRepeat);

/** For programs that are differentiated next. */
export const hoistBeforeDerivative = (func: Func): Func => hoistIn(func, isCertain);
