/**
 * Splits a scan over duals in two: one that computes the values and stacks what the other needs of each step, and one
 * that is linear in the tangents.
 *
 * Invariant: a captured tensor is never stacked, nor is what the loop walks along: the linear loop reads them itself. Nor
 * is a constant, or what is as long as a loop inside took: both loops make it.
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
import { linearOperands, linearVars } from "./linear-vars.js";
import { isLinearEqn, type LinearHalf, linearHalf, withRows } from "./residuals.js";
import { bodyOf, emitScan, type Groups, groupsOf, pick } from "./scan-parts.js";
import { inSegments } from "./segments.js";

/** Makes each equation of a program known or linear, which the body of a loop is split by. */
export type Linearize = (func: Func, linearParams: readonly boolean[]) => Func;

/** How a value of the first loop reaches the second. */
interface Residual {
  readonly variable: Var;
  /** Captured by the scan (used as it is), walked along by it (likewise), or made in the step (stacked). */
  readonly from: "const" | "x" | "step";
  readonly position: number;
}

/** The body of a loop and what is linear in it. */
interface Body {
  readonly func: Func;
  readonly attrs: ScanAttrs;
  /** Which parameters are linear. */
  readonly flags: Groups<boolean>;
  readonly linear: ReadonlySet<Atom>;
  readonly outIsLinear: readonly boolean[];
}

function splitBody(eqn: Eqn, given: readonly boolean[], linearize: Linearize): Body {
  const attrs = scanAttrs(eqn.attrs);
  const flags = linearOperands(bodyOf(eqn), attrs, given);
  const func = linearize(bodyOf(eqn), flags);
  const linear = linearVars(func, flags);
  const groups = groupsOf(flags, attrs);
  return {
    func,
    attrs,
    flags: groups,
    linear,
    outIsLinear: func.outs.map((out, k) => (k < attrs.carries ? groups.carries[k] === true : linear.has(out))),
  };
}

function residualsOf({ func, attrs }: Body, { needed }: LinearHalf): readonly Residual[] {
  const params = groupsOf(func.params, attrs);
  return needed.map((variable) => {
    const [asConst, asX] = [params.consts.indexOf(variable), params.xs.indexOf(variable)];
    if (asConst >= 0) return { variable, from: "const", position: asConst };
    if (asX >= 0) return { variable, from: "x", position: asX };
    return { variable, from: "step", position: 0 };
  });
}

/** Splits the parts of a loop with checkpoints. */
function splitParts(trace: Trace, eqn: Eqn, parts: Func, given: readonly boolean[], linearize: Linearize): SplitScan {
  const program = linearize(parts, given);
  const linear = linearVars(program, given);
  return { outs: trace.inline(program, eqn.inputs), outIsLinear: program.outs.map((out) => linear.has(out)) };
}

/** Splits a scan of which some operands are linear; its results come in their order. */
export function splitScan(trace: Trace, eqn: Eqn, given: readonly boolean[], linearize: Linearize): SplitScan {
  const parts = inSegments(eqn);
  if (parts !== undefined) return splitParts(trace, eqn, parts, given, linearize);
  const body = splitBody(eqn, given, linearize);
  const { attrs, flags, outIsLinear } = body;
  const operands = groupsOf(eqn.inputs, attrs);
  const linearOuts = body.func.outs.filter((_, k) => outIsLinear[k]);
  const half = linearHalf(body.func, body.linear, linearOuts);
  const residuals = residualsOf(body, half);
  const steps = residuals.flatMap(({ variable, from }) => (from === "step" ? [variable] : []));
  const values = body.func.outs.filter((_, k) => !outIsLinear[k]);
  const rows = withRows(values, flags.carries.filter((on) => !on).length, steps);
  const known = emitScan(
    trace,
    {
      ...attrs,
      checkpoint: undefined,
      body: knownBody(body, rows.outs),
      operands: {
        consts: pick(operands.consts, (_, k) => !flags.consts[k]),
        carries: pick(operands.carries, (_, k) => !flags.carries[k]),
        xs: pick(operands.xs, (_, k) => !flags.xs[k]),
      },
    },
    eqn.outs.filter((_, k) => !outIsLinear[k]).map((out) => out.name),
  );
  const stacked = rows.at.flatMap((k) => known[k] ?? []);
  // A tangent that no result depends on: a loop without results would be taken for a known one.
  if (!outIsLinear.includes(true)) return { outs: known.slice(0, outIsLinear.length), outIsLinear };
  const linear = emitScan(
    trace,
    {
      ...attrs,
      checkpoint: undefined,
      body: linearBody(body, half, residuals),
      operands: linearOperandsOf(body, residuals, operands, stacked),
    },
    [],
  );
  return { outs: interleave(outIsLinear, known, linear), outIsLinear };
}

/** Operands of the linear loop, in the order of `linearBody`'s parameters. */
function linearOperandsOf(
  { flags }: Body,
  residuals: readonly Residual[],
  operands: Groups<Atom>,
  stacked: readonly Atom[],
): Groups<Atom> {
  const used = (from: "const" | "x", group: readonly Atom[]): readonly Atom[] =>
    residuals.flatMap((residual) => (residual.from === from ? (group[residual.position] ?? []) : []));
  return {
    consts: [...used("const", operands.consts), ...pick(operands.consts, (_, k) => flags.consts[k] === true)],
    carries: pick(operands.carries, (_, k) => flags.carries[k] === true),
    xs: [...used("x", operands.xs), ...stacked, ...pick(operands.xs, (_, k) => flags.xs[k] === true)],
  };
}

export interface SplitScan {
  readonly outs: readonly Atom[];
  readonly outIsLinear: readonly boolean[];
}

function interleave(flags: readonly boolean[], known: readonly Var[], linear: readonly Var[]): readonly Var[] {
  let [k, l] = [0, 0];
  return flags.map((on) => (on ? linear[l++] : known[k++])).filter((out) => out !== undefined);
}

function knownBody({ func, linear }: Body, outs: readonly Atom[]): Func {
  return {
    name: func.name,
    params: func.params.filter((param) => !linear.has(param)),
    eqns: func.eqns.filter((eqn) => !isLinearEqn(eqn, linear)),
    outs,
  };
}

function linearBody(body: Body, { eqns }: LinearHalf, residuals: readonly Residual[]): Func {
  const { func, attrs, flags, outIsLinear } = body;
  const params = groupsOf(func.params, attrs);
  const from = (...kinds: readonly Residual["from"][]) =>
    kinds.flatMap((kind) => residuals.filter((residual) => residual.from === kind)).map(({ variable }) => variable);
  return {
    name: `${func.name}_linear`,
    params: [
      ...from("const"),
      ...pick(params.consts, (_, k) => flags.consts[k] === true),
      ...pick(params.carries, (_, k) => flags.carries[k] === true),
      ...from("x", "step"),
      ...pick(params.xs, (_, k) => flags.xs[k] === true),
    ],
    eqns,
    outs: func.outs.filter((_, k) => outIsLinear[k]),
  };
}
