/**
 * Splits a scan over duals in two: one that computes the values and stacks what the other needs of each step, and one
 * that is linear in the tangents.
 *
 * Invariant: a captured tensor is never stacked, nor is what the loop walks along: the linear loop reads them itself.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  type ScanAttrs,
  scanAttrs,
  type Trace,
  type Var,
} from "@tapeless/types/compiler";
import { linearVars } from "./linear-vars.js";
import { bodyOf, emitScan, type Groups, groupsOf, pick } from "./scan-parts.js";

/** How a value of the first loop reaches the second. */
interface Residual {
  readonly variable: Var;
  /** Captured by the scan (used as it is), walked along by it (likewise), or made in the step (stacked). */
  readonly from: "const" | "x" | "step";
  readonly position: number;
}

function residualsOf(body: Func, attrs: ScanAttrs, linear: ReadonlySet<Atom>): readonly Residual[] {
  const params = groupsOf(body.params, attrs);
  const used = new Set(body.eqns.filter((eqn) => eqn.outs.some((out) => linear.has(out))).flatMap((eqn) => eqn.inputs));
  const needed = [...used].filter((atom): atom is Var => atom.kind === "Var" && !linear.has(atom));
  return needed.map((variable) => {
    const [asConst, asX] = [params.consts.indexOf(variable), params.xs.indexOf(variable)];
    if (asConst >= 0) return { variable, from: "const", position: asConst };
    if (asX >= 0) return { variable, from: "x", position: asX };
    return { variable, from: "step", position: 0 };
  });
}

/** A carry is linear if its start is or what the body makes of it: to a fixed point. */
function linearFlags(
  body: Func,
  attrs: ScanAttrs,
  given: readonly boolean[],
): { flags: readonly boolean[]; linear: ReadonlySet<Atom> } {
  let flags = given;
  for (;;) {
    const linear = linearVars(body, flags);
    const isCarry = (k: number): boolean => k >= attrs.consts && k < attrs.consts + attrs.carries;
    const next = flags.map((on, k) => on || (isCarry(k) && linear.has(body.outs[k - attrs.consts] as Atom))); // one result for each carry
    if (next.every((on, k) => on === flags[k])) return { flags, linear };
    flags = next;
  }
}

/** Splits a scan that has linear operands; gives its results in their order, which of them are linear is the caller's. */
export function splitScan(
  trace: Trace,
  eqn: Eqn,
  inputs: readonly Atom[],
  isTangent: (input: Atom) => boolean,
): SplitScan {
  const attrs = scanAttrs(eqn.attrs);
  const body = bodyOf(eqn);
  const { flags, linear } = linearFlags(body, attrs, inputs.map(isTangent));
  const residuals = residualsOf(body, attrs, linear);
  const isLinear = groupsOf(flags, attrs);
  const operands = groupsOf(inputs, attrs);
  const outIsLinear = body.outs.map((out, k) => (k < attrs.carries ? isLinear.carries[k] === true : linear.has(out)));

  const steps = residuals.filter(({ from }) => from === "step");
  const known = emitScan(
    trace,
    {
      ...attrs,
      body: knownBody(body, linear, steps, outIsLinear),
      operands: {
        consts: pick(operands.consts, (_, k) => !isLinear.consts[k]),
        carries: pick(operands.carries, (_, k) => !isLinear.carries[k]),
        xs: pick(operands.xs, (_, k) => !isLinear.xs[k]),
      },
    },
    eqn.outs.filter((_, k) => !outIsLinear[k]).map((out) => out.name),
  );
  const knownCount = outIsLinear.filter((on) => !on).length;
  const stacked = known.slice(knownCount);
  const groupOf = (from: Residual["from"]) => residuals.filter((residual) => residual.from === from);
  const linearOperands: Groups<Atom> = {
    consts: [
      ...groupOf("const").map(({ position }) => operands.consts[position] as Atom), // found there by residualsOf
      ...pick(operands.consts, (_, k) => isLinear.consts[k] === true),
    ],
    carries: pick(operands.carries, (_, k) => isLinear.carries[k] === true),
    xs: [
      ...groupOf("x").map(({ position }) => operands.xs[position] as Atom), // found there by residualsOf
      ...stacked,
      ...pick(operands.xs, (_, k) => isLinear.xs[k] === true),
    ],
  };
  const func = linearBody(body, attrs, linear, residuals, isLinear, outIsLinear);
  const outs = emitScan(trace, { ...attrs, body: func, operands: linearOperands }, []);
  return { outs: interleave(outIsLinear, known, outs), outIsLinear };
}

export interface SplitScan {
  readonly outs: readonly Var[];
  readonly outIsLinear: readonly boolean[];
}

function interleave(flags: readonly boolean[], known: readonly Var[], linear: readonly Var[]): readonly Var[] {
  let [k, l] = [0, 0];
  return flags.map((on) => (on ? linear[l++] : known[k++])).filter((out) => out !== undefined);
}

function knownBody(
  body: Func,
  linear: ReadonlySet<Atom>,
  steps: readonly Residual[],
  outIsLinear: readonly boolean[],
): Func {
  return {
    name: body.name,
    params: body.params.filter((param) => !linear.has(param)),
    eqns: body.eqns.filter((eqn) => !eqn.outs.some((out) => linear.has(out))),
    outs: [...body.outs.filter((_, k) => !outIsLinear[k]), ...steps.map(({ variable }) => variable)],
  };
}

function linearBody(
  body: Func,
  attrs: ScanAttrs,
  linear: ReadonlySet<Atom>,
  residuals: readonly Residual[],
  isLinear: Groups<boolean>,
  outIsLinear: readonly boolean[],
): Func {
  const params = groupsOf(body.params, attrs);
  const from = (...kinds: readonly Residual["from"][]) =>
    kinds.flatMap((kind) => residuals.filter((residual) => residual.from === kind)).map(({ variable }) => variable);
  return {
    name: `${body.name}_linear`,
    params: [
      ...from("const"),
      ...pick(params.consts, (_, k) => isLinear.consts[k] === true),
      ...pick(params.carries, (_, k) => isLinear.carries[k] === true),
      ...from("x", "step"),
      ...pick(params.xs, (_, k) => isLinear.xs[k] === true),
    ],
    eqns: body.eqns.filter((eqn) => eqn.outs.some((out) => linear.has(out))),
    outs: body.outs.filter((_, k) => outIsLinear[k]),
  };
}
