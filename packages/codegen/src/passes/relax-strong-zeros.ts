/**
 * Turns strong-zero products into plain ones where no branch was left untaken.
 *
 * `mulZero(ct, p)` differs from `ct · p` only where one is 0 and the other not finite. That must not happen to a cotangent
 * that is 0 because `where`, or a choice between functions, did not take its branch; anywhere else IEEE's NaN is as good an answer. So a product stays
 * strong if anything it is made of comes out of one of these, or if it says `keep`. Bools carry nothing: a mask is no cotangent.
 */
import { type Atom, type Eqn, type Func, isFloat, scanAttrs, whileAttrs } from "@tapeless/types/compiler";
import { rewriteFunc } from "./rewrite.js";
import { isZero } from "./zero.js";

/** Adds to `tainted` what comes out of a `where`, given which parameters do. */
function taint(func: Func, tainted: Set<Atom>): void {
  for (const eqn of func.eqns) {
    const touched = eqn.op === "where" || eqn.inputs.some((input) => tainted.has(input));
    if (eqn.op === "scan") taintLoop(eqn, eqn.funcs[0], 0, scanAttrs(eqn.attrs), tainted);
    else if (eqn.op === "while") {
      const attrs = whileAttrs(eqn.attrs); // its test gives a bool, which carries nothing
      taintLoop(eqn, eqn.funcs[1], attrs.tests, attrs, tainted);
    } else if (eqn.op === "switch") taintSwitch(eqn, tainted);
    else if (touched) for (const out of eqn.outs) if (out.dtype !== "bool" && out.dtype !== "i32") tainted.add(out);
  }
}

/** What a branch gives as 0 is to a cotangent what a branch of `where` is that was not taken. */
function taintSwitch(eqn: Eqn, tainted: Set<Atom>): void {
  for (const branch of eqn.funcs) {
    branch.params.forEach((param, k) => tainted.has(eqn.inputs[k + 1] as Atom) && tainted.add(param)); // one operand each
    taint(branch, tainted);
    eqn.outs.forEach((out, k) => {
      const given = branch.outs[k] as Atom; // one for each result
      if (isFloat(out) && (tainted.has(given) || isZero(branch, given))) tainted.add(out);
    });
  }
}

/** The body of a loop, whose operands stand from `from` on, to a fixed point over its carries. */
function taintLoop(
  eqn: Eqn,
  body: Func | undefined,
  from: number,
  { consts, carries }: { readonly consts: number; readonly carries: number },
  tainted: Set<Atom>,
): void {
  if (body === undefined) return;
  const spread = (from: Atom | undefined, to: Atom | undefined): void => {
    if (from !== undefined && to !== undefined && tainted.has(from)) tainted.add(to);
  };
  eqn.inputs.slice(from).forEach((input, k) => spread(input, body.params[k]));
  for (let before = -1; before !== tainted.size; ) {
    before = tainted.size;
    taint(body, tainted);
    for (let k = 0; k < carries; k++) spread(body.outs[k], body.params[consts + k]);
  }
  eqn.outs.forEach((out, k) => spread(body.outs[k], out));
}

/** A bool as 0 and 1. */
const isMask = (eqn: Eqn | undefined): boolean => eqn?.op === "cast" && eqn.inputs[0]?.dtype === "bool";

const hasStrongZeros = (func: Func): boolean =>
  func.eqns.some(({ op, funcs }) => op === "mulZero" || funcs.some(hasStrongZeros));

/** The program with products made plain where that is safe. Not exact: 0 · ∞ becomes NaN, and zeros get signs. */
export function relaxStrongZeros(func: Func): Func {
  if (!hasStrongZeros(func)) return func;
  const tainted = new Set<Atom>();
  taint(func, tainted);
  return rewriteFunc(func, (eqn, { trace, definition }, old) => {
    if (eqn.op !== "mulZero" || eqn.attrs.keep === true || old.inputs.some((input) => tainted.has(input)))
      return undefined;
    // A product with a mask becomes a choice later, which is cheaper than either product.
    return eqn.inputs.some((input) => isMask(definition(input))) ? undefined : trace.emit({ ...eqn, op: "mul" });
  });
}
