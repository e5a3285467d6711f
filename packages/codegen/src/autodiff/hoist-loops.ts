/**
 * The program with what does not change in its loops computed before them.
 *
 * Invariant: from the innermost loop outwards, so that what changes in no loop comes out of all. A checkpoint that is computed again
 * keeps what it computes.
 */
import { type Atom, type Eqn, type Func, type Size, scanAttrs, Trace, type Var } from "@tapeless/types/compiler";
import { dear, hoistInvariants } from "./hoist.js";
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

const hasLoop = (func: Func): boolean =>
  func.eqns.some(({ op, funcs }) => op === "scan" || op === "while" || funcs.some(hasLoop));

function hoistIn(func: Func, isLong: IsLong): Func {
  if (!hasLoop(func)) return func;
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of func.eqns) {
    const eqn = { ...old, inputs: old.inputs.map(read), funcs: old.funcs.map((inner) => hoistIn(inner, isLong)) };
    const names = old.outs.map((out) => out.name);
    const made =
      eqn.op === "scan" ? hoistedScan(trace, eqn, isLong) : eqn.op === "while" ? hoistedWhile(trace, eqn, isLong) : eqn;
    const outs = trace.emit(made, names);
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}

/** For programs that are differentiated no more. */
export const hoistLoops = (func: Func): Func => hoistIn(func, mayRepeat);

/** For programs that are differentiated next. */
export const hoistBeforeDerivative = (func: Func): Func => hoistIn(func, isCertain);
