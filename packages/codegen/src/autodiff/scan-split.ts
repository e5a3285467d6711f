/**
 * Splits a scan over duals in two: one that computes the values and stacks what the other needs of each step, and one
 * that is linear in the tangents.
 *
 * Invariant: a captured tensor is never stacked, nor is what the loop walks along: the linear loop reads them itself. Nor
 * is what does not change: it is computed once, before. Nor is what remade.ts names, or what is as long as a loop inside
 * took: both loops make it.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  mulSize,
  type ScanAttrs,
  type Size,
  scanAttrs,
  type Trace,
  type Var,
} from "@tapeless/types/compiler";
import { type Counters, countersOf } from "./counters.js";
import { giving, hoistInvariants } from "./hoist.js";
import { linearOperands, linearVars } from "./linear-vars.js";
import { type BytesToKeep, bytesOf } from "./remade.js";
import { isLinearEqn, type LinearHalf, linearHalf, withRows } from "./residuals.js";
import { bodyOf, emitScan, type Groups, groupsOf, pick } from "./scan-parts.js";
import { inSegments } from "./segments.js";

/**
 * Makes each equation of a program known or linear, which the body of a loop is split by. Where `isFree` is given, only those
 * parameters are there for the linear half without being kept for it; else all known values are.
 */
export type Linearize = (func: Func, linearParams: readonly boolean[], isFree?: readonly boolean[]) => Func;

/** Is a value of the program around there for the linear half anyway? */
export type IsFree = (atom: Atom) => boolean;

/** How a value of the first loop reaches the second. */
interface Made {
  readonly variable: Var;
  /** Made in the step, and stacked. */
  readonly from: "step";
}

interface Given {
  readonly variable: Var;
  /** Captured by the second loop, or walked along by it. */
  readonly from: "const" | "x";
  readonly atom: Atom;
}

type Residual = Made | Given;

/** The body of a loop and what is linear in it. */
interface Body {
  readonly func: Func;
  readonly attrs: ScanAttrs;
  readonly operands: Groups<Atom>;
  /** Which parameters are linear. */
  readonly flags: Groups<boolean>;
  readonly linear: ReadonlySet<Atom>;
  readonly outIsLinear: readonly boolean[];
  readonly half: LinearHalf;
  readonly counters: Counters;
}

/** What is captured is had once, anything else step by step, but for what is had anyway. */
function bytesInLoop(eqn: Eqn, func: Func, isFree: IsFree): BytesToKeep {
  const { consts, carries, length } = scanAttrs(eqn.attrs);
  const isStackedAnyway = eqn.outs.slice(carries).map(isFree);
  const stacked = new Set(func.outs.slice(carries).filter((_, k) => isStackedAnyway[k]));
  return (value) => {
    const k = func.params.indexOf(value);
    const operand = k < consts || k >= consts + carries ? eqn.inputs[k] : undefined;
    if (stacked.has(value) || (operand !== undefined && isFree(operand))) return 0;
    return k >= 0 && k < consts ? bytesOf(value) : mulSize(length, bytesOf(value));
  };
}

function splitBody(trace: Trace, eqn: Eqn, given: readonly boolean[], linearize: Linearize, isFree: IsFree): Body {
  const attrs = scanAttrs(eqn.attrs);
  const { consts, carries } = attrs;
  const flags = linearOperands(bodyOf(eqn), attrs, given);
  const isCarry = (k: number): boolean => k >= consts && k < consts + carries;
  const isFreeInside = eqn.inputs.map((input, k) => !flags[k] && !isCarry(k) && isFree(input));
  const func = linearize(bodyOf(eqn), flags, isFreeInside);
  const linear = linearVars(func, flags);
  const [groups, operands] = [groupsOf(flags, attrs), groupsOf(eqn.inputs, attrs)];
  const outIsLinear = func.outs.map((out, k) => (k < carries ? groups.carries[k] === true : linear.has(out)));
  const params = groupsOf(func.params, attrs);
  const fixed = new Set<Atom>(params.consts.filter((param) => !linear.has(param)));
  const counters = countersOf(func, fixed, attrs.reverse ? [] : params.carries, operands.carries);
  const linearOuts = func.outs.filter((_, k) => outIsLinear[k]);
  const half = linearHalf(func, linear, linearOuts, bytesInLoop(eqn, func, isFree), counters.eqns);
  const hoisted = hoistInvariants(trace, func, operands.consts, {
    wantedOf: giving(half.needed),
    runs: typeof attrs.length === "number" && attrs.length > 0,
    isFixed: (param) => fixed.has(param),
  });
  const added = hoisted.captured.slice(consts);
  return {
    func: hoisted.func,
    attrs: { ...attrs, consts: consts + added.length },
    operands: { ...operands, consts: hoisted.captured },
    flags: { ...groups, consts: [...groups.consts, ...added.map(() => false)] },
    linear,
    outIsLinear,
    half,
    counters,
  };
}

/** Where the linear loop finds what it needs. */
function residualsOf(trace: Trace, { func, attrs, operands, half, counters }: Body): readonly Residual[] {
  const params = groupsOf(func.params, attrs);
  const captured = new Map<Var, Atom | undefined>([
    ...params.consts.map((param, k) => [param, operands.consts[k]] as const),
    ...counters.starts.map((start, k) => [start, counters.inits[k]] as const),
  ]);
  const given = (variable: Var, from: Given["from"], atom: Atom | undefined): Given => {
    if (atom === undefined) throw new Error("bug: what a loop needs has no operand");
    return { variable, from, atom };
  };
  return half.needed.map((variable): Residual => {
    if (captured.has(variable)) return given(variable, "const", captured.get(variable));
    if (variable === counters.steps) return given(variable, "x", stepNumbers(trace, attrs.length));
    const x = params.xs.indexOf(variable);
    return x < 0 ? { variable, from: "step" } : given(variable, "x", operands.xs[x]);
  });
}

/** Splits the parts of a loop with checkpoints. */
function splitParts(
  trace: Trace,
  eqn: Eqn,
  parts: Func,
  given: readonly boolean[],
  linearize: Linearize,
  isFree: IsFree,
): SplitScan {
  const isInTheOpen = eqn.outs.every(isFree); // else what a loop makes is never free
  const program = linearize(parts, given, isInTheOpen ? undefined : eqn.inputs.map(isFree));
  const linear = linearVars(program, given);
  return { outs: trace.inline(program, eqn.inputs), outIsLinear: program.outs.map((out) => linear.has(out)) };
}

/** 0, 1, …, one number for each step. */
export const stepNumbers = (trace: Trace, length: Size): Atom | undefined =>
  trace.emit({ op: "iota", inputs: [], attrs: { shape: [length], axis: 0 } })[0];

/** Splits a scan of which some operands are linear; its results come in their order. */
export function splitScan(
  trace: Trace,
  eqn: Eqn,
  given: readonly boolean[],
  linearize: Linearize,
  isFree: IsFree,
): SplitScan {
  const parts = inSegments(eqn);
  if (parts !== undefined) return splitParts(trace, eqn, parts, given, linearize, isFree);
  const body = splitBody(trace, eqn, given, linearize, isFree);
  const { attrs, operands, flags, outIsLinear } = body;
  const residuals = residualsOf(trace, body);
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
      body: linearBody(body, residuals),
      operands: linearOperandsOf(body, residuals, stacked),
    },
    [],
  );
  return { outs: interleave(outIsLinear, known, linear), outIsLinear };
}

/** Operands of the linear loop, in the order of `linearBody`'s parameters. */
function linearOperandsOf(
  { flags, operands }: Body,
  residuals: readonly Residual[],
  stacked: readonly Atom[],
): Groups<Atom> {
  const used = (from: "const" | "x"): readonly Atom[] =>
    residuals.flatMap((residual) => (residual.from === from ? residual.atom : []));
  return {
    consts: [...used("const"), ...pick(operands.consts, (_, k) => flags.consts[k] === true)],
    carries: pick(operands.carries, (_, k) => flags.carries[k] === true),
    xs: [...used("x"), ...stacked, ...pick(operands.xs, (_, k) => flags.xs[k] === true)],
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

function linearBody({ func, attrs, flags, outIsLinear, half }: Body, residuals: readonly Residual[]): Func {
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
    eqns: half.eqns,
    outs: func.outs.filter((_, k) => outIsLinear[k]),
  };
}
