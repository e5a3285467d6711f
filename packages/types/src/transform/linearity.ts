/**
 * Is a program linear in its first parameters? Rules of one's own for forward mode must be, because reverse mode
 * transposes them as they are.
 *
 * Invariant: a program that passes holds, on every path from a linear parameter to a result, only equations with a
 * transpose, each of them linear in what is linear and free of other terms. What passes is linear; a program that is
 * linear but says so in a roundabout way (`log(exp(t))`) does not pass.
 */
import { TraceError } from "../graph/errors.js";
import type { Atom, Eqn, Func, Span } from "../graph/ir.js";
import type { LinearRule } from "../graph/op.js";
import { opNamed } from "../graph/registry.js";

import { isFloat } from "../graph/trees.js";
import { scanAttrs } from "../ops/structure/scan.op.js";
import { whileAttrs } from "../ops/structure/while.op.js";

/** `zero` counts as linear and as constant. */
type Kind = "constant" | "zero" | "linear";

/** Why not, in words. */
export interface NonLinearity {
  readonly why: string;
  readonly span: Span | undefined;
}

class Refusal extends Error {
  constructor(readonly found: NonLinearity) {
    super(found.why);
  }
}

const refuse = (eqn: Eqn, why: string): never => {
  throw new Refusal({ why, span: eqn.spans[0] });
};

/** One operand in the sum or the product of a linear op. */
function linearEqn(eqn: Eqn, rule: LinearRule, kinds: readonly Kind[]): Kind {
  const isOperand = (k: number): boolean => rule.operands === "all" || rule.operands.includes(k);
  const outside = kinds.findIndex((kind, k) => kind === "linear" && !isOperand(k));
  if (outside >= 0) refuse(eqn, `${eqn.op} is not linear in its operand ${outside}`);
  const own = kinds.filter((_, k) => isOperand(k));
  if (rule.mode === "each") {
    if (own.includes("zero")) return "zero";
    const count = own.filter((kind) => kind === "linear").length;
    if (count > 1) refuse(eqn, `${eqn.op} multiplies one with another`);
    return count === 1 ? "linear" : "constant";
  }
  if (own.every((kind) => kind === "zero")) return "zero";
  if (!own.includes("linear")) return "constant";
  return own.includes("constant") ? refuse(eqn, `${eqn.op} adds to them what does not depend on them`) : "linear";
}

/** Results of an equation whose nested function takes its operands. */
const nested = (eqn: Eqn, kinds: readonly Kind[]): readonly Kind[] => {
  const [func] = eqn.funcs;
  return func === undefined ? [] : kindsIn(func, kinds);
};

/** The body of a loop with a test; the test itself must not see what is linear. */
function whileKinds(eqn: Eqn, kinds: readonly Kind[]): readonly Kind[] {
  const { tests, consts, carries } = whileAttrs(eqn.attrs);
  const [test, body] = eqn.funcs;
  if (test === undefined || body === undefined) throw new Error("bug: while has two functions");
  const { outs, given } = loopKinds(eqn, body, kinds.slice(tests), { consts, carries });
  const [held] = kindsIn(test, [...kinds.slice(0, tests), ...given.slice(consts)]);
  return held === "linear" ? refuse(eqn, "the test of whileLoop depends on them") : outs;
}

function scanKinds(eqn: Eqn, kinds: readonly Kind[]): readonly Kind[] {
  const [body] = eqn.funcs;
  if (body === undefined) throw new Error("bug: scan has no body");
  return loopKinds(eqn, body, kinds, scanAttrs(eqn.attrs)).outs;
}

/** A carry is what comes in or what comes out, whichever says more: to a fixed point. */
function loopKinds(
  eqn: Eqn,
  body: Func,
  kinds: readonly Kind[],
  { consts, carries }: { readonly consts: number; readonly carries: number },
): { readonly outs: readonly Kind[]; readonly given: readonly Kind[] } {
  let given = kinds;
  for (;;) {
    const outs = kindsIn(body, given);
    const next = given.map((kind, k) => {
      const out = k >= consts && k < consts + carries ? outs[k - consts] : undefined;
      if (out === undefined || out === kind) return kind;
      if (kind === "zero") return out;
      return out === "zero"
        ? kind
        : refuse(
            eqn,
            `a carry of ${eqn.op === "scan" ? "scan" : "whileLoop"} is linear in some steps and not in others`,
          );
    });
    if (next.every((kind, k) => kind === given[k]))
      return { outs: outs.map((out, k) => (k < carries ? (next[consts + k] ?? out) : out)), given };
    given = next;
  }
}

/** Each branch by itself; where one gives nothing, the others decide. */
function switchKinds(eqn: Eqn, [selector, ...kinds]: readonly Kind[]): readonly Kind[] {
  if (selector === "linear") refuse(eqn, "they choose the branch of a switch");
  const branches = eqn.funcs.map((func) => kindsIn(func, kinds));
  return eqn.outs.map((_, k) => {
    const found = new Set(branches.map((outs) => outs[k] ?? "zero"));
    if (found.has("linear") && found.has("constant")) refuse(eqn, "a branch adds to them what does not depend on them");
    return found.has("linear") ? "linear" : found.has("constant") ? "constant" : "zero";
  });
}

/** Derivatives are linear in tangents and cotangents, their last operands, and in nothing else. */
function derivativeKinds(eqn: Eqn, kinds: readonly Kind[]): readonly Kind[] {
  const [func] = eqn.funcs;
  const own = func?.params.length ?? 0;
  if (kinds.slice(0, own).includes("linear")) refuse(eqn, `${eqn.op} is not linear in what it is taken at`);
  const directions = kinds.slice(own);
  const values = (func?.outs ?? []).map((): Kind => "constant");
  const kind: Kind = directions.every((each) => each === "zero")
    ? "zero"
    : directions.includes("constant")
      ? directions.includes("linear")
        ? refuse(eqn, `${eqn.op} adds to them what does not depend on them`)
        : "constant"
      : "linear";
  return [...values, ...eqn.outs.slice(values.length).map(() => kind)];
}

function structuralKinds(eqn: Eqn, kinds: readonly Kind[]): readonly Kind[] {
  switch (eqn.op) {
    case "scan":
      return scanKinds(eqn, kinds);
    case "switch":
      return switchKinds(eqn, kinds);
    case "while":
      return whileKinds(eqn, kinds);
    case "jvp":
    case "vjp":
      return derivativeKinds(eqn, kinds);
    case "customJvp":
    case "customVjp":
      return refuse(eqn, `a function with a rule of its own (${eqn.op}) is taken of them`);
    default: // vmap, checkpoint: the function itself
      return nested(eqn, kinds);
  }
}

function eqnKinds(eqn: Eqn, kinds: readonly Kind[]): readonly Kind[] {
  const { linear, lowering, derivative } = opNamed(eqn.op);
  if (lowering.form === "structural") {
    return kinds.includes("linear") ? structuralKinds(eqn, kinds) : eqn.outs.map(() => "constant");
  }
  if (kinds.includes("linear") && !eqn.outs.every(isFloat)) refuse(eqn, `${eqn.op} has no derivative`);
  if (linear !== undefined) return eqn.outs.map(() => linearEqn(eqn, linear, kinds));
  if (!kinds.includes("linear")) return eqn.outs.map(() => "constant");
  return refuse(eqn, derivative.form === "none" ? `${eqn.op} has no derivative` : `${eqn.op} is not linear`);
}

const kindOf = (atom: Atom, known: ReadonlyMap<Atom, Kind>): Kind =>
  atom.kind === "Lit" ? (atom.value === 0 ? "zero" : "constant") : (known.get(atom) ?? "constant");

/** What each result of a program is, given what its parameters are. */
function kindsIn(func: Func, params: readonly Kind[]): readonly Kind[] {
  const known = new Map<Atom, Kind>(func.params.map((param, k) => [param, params[k] ?? "constant"]));
  for (const eqn of func.eqns) {
    const kinds = eqnKinds(
      eqn,
      eqn.inputs.map((input) => kindOf(input, known)),
    );
    eqn.outs.forEach((out, k) => known.set(out, kinds[k] ?? "constant"));
  }
  return func.outs.map((out) => kindOf(out, known));
}

/** Why a program is not linear in its first `count` parameters; undefined where it is. */
export function nonLinearity(func: Func, count: number): NonLinearity | undefined {
  try {
    const kinds = kindsIn(
      func,
      func.params.map((_, k) => (k < count ? "linear" : "constant")),
    );
    return kinds.includes("constant") ? { why: "its result does not depend on them", span: undefined } : undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.found;
    throw error;
  }
}

/** Throws where a rule is not linear in its tangents, its first parameters. */
export function checkLinear(call: string, func: Func, count: number): void {
  const found = nonLinearity(func, count);
  if (found === undefined) return;
  throw new TraceError(
    "TL0394",
    `${call}: the rule must be linear in the tangents, but ${found.why}; use sums of them and products with what does not depend on them`,
    found.span,
  );
}
