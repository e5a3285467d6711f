/**
 * Splits a while over duals in two: a while of the values, which counts its steps and stacks what the other half needs of
 * each, and a scan of so many steps that is linear in the tangents.
 *
 * Invariant: the linear half is a plain scan, whose length is the size that the first half finds; so it is transposed,
 * batched and differentiated again as any other. A captured tensor is never stacked, nor is what does not change, or what
 * remade.ts names.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  freshTrips,
  makeLit,
  makeVar,
  mulSize,
  namedSize,
  namesOf,
  type Size,
  type Trace,
  type Var,
  whileAttrs,
} from "@tapeless/types/compiler";
import { type Counters, countersOf } from "./counters.js";
import { giving, hoistInvariants } from "./hoist.js";
import { linearOperands, linearVars } from "./linear-vars.js";
import { type BytesToKeep, bytesOf } from "./remade.js";
import { isLinearEqn, type LinearHalf, linearHalf, withRows } from "./residuals.js";
import { emitScan, pick } from "./scan-parts.js";
import { type IsFree, type Linearize, type SplitScan, stepNumbers } from "./scan-split.js";
import { emitWhile, type WhileParts, whileParts } from "./while-parts.js";

/** A body over duals, and what is linear in it. */
interface Body {
  readonly func: Func;
  /** What it captures. */
  readonly captured: readonly Atom[];
  readonly carries: number;
  /** Which parameters are linear: captured ones, and carries. */
  readonly constFlags: readonly boolean[];
  readonly carryFlags: readonly boolean[];
  readonly linear: ReadonlySet<Atom>;
  readonly outIsLinear: readonly boolean[];
  readonly counters: Counters;
  readonly half: LinearHalf;
}

/** What is captured is had once, anything else step by step, but for what is had anyway. */
function bytesInLoop(parts: WhileParts, length: Size, func: Func, isFree: IsFree): BytesToKeep {
  return (value) => {
    const operand = parts.consts[func.params.indexOf(value)];
    if (operand === undefined) return mulSize(length, bytesOf(value));
    return isFree(operand) ? 0 : bytesOf(value);
  };
}

/** The equations of the linear half; none where no result is linear. */
function halfOf({ func, linear, outIsLinear }: Omit<Body, "half">, bytes: BytesToKeep, counters: Counters): LinearHalf {
  const outs = func.outs.filter((_, k) => outIsLinear[k]);
  return outs.length === 0 ? { eqns: [], needed: [] } : linearHalf(func, linear, outs, bytes, counters.eqns);
}

function splitBody(
  trace: Trace,
  parts: WhileParts,
  length: Size,
  given: readonly boolean[],
  linearize: Linearize,
  isFree: IsFree,
): Body {
  const attrs = { consts: parts.consts.length, carries: parts.inits.length };
  const flags = linearOperands(parts.body, attrs, given);
  const isFreeInside = flags.map((on, k) => !on && k < attrs.consts && isFree(parts.consts[k] as Atom)); // of one list
  const func = linearize(parts.body, flags, isFreeInside);
  const linear = linearVars(func, flags);
  const carryFlags = flags.slice(attrs.consts);
  const fixed = new Set<Atom>(func.params.slice(0, attrs.consts).filter((param) => !linear.has(param)));
  const counters = countersOf(func, fixed, func.params.slice(attrs.consts), parts.inits);
  const body = {
    func,
    captured: parts.consts,
    carries: attrs.carries,
    constFlags: flags.slice(0, attrs.consts),
    carryFlags,
    linear,
    outIsLinear: func.outs.map((out, k) => (k < attrs.carries ? carryFlags[k] === true : linear.has(out))),
    counters,
  };
  const half = halfOf(body, bytesInLoop(parts, length, func, isFree), counters);
  const hoisted = hoistInvariants(trace, func, parts.consts, {
    wantedOf: giving(half.needed),
    runs: false,
    isFixed: (param) => fixed.has(param),
  });
  const constFlags = hoisted.captured.map((_, k) => flags[k] === true && k < attrs.consts);
  return { ...body, ...hoisted, constFlags, half };
}

/** The values: without tangents. */
function knownLoop(parts: WhileParts, body: Body, outs: readonly Atom[]): WhileParts {
  const { func, captured, carries, constFlags, carryFlags, linear } = body;
  const known = <T>(items: readonly T[], flags: readonly boolean[]): readonly T[] => pick(items, (_, k) => !flags[k]);
  const tests = parts.tests.length;
  const loop: WhileParts = {
    ...parts,
    test: {
      ...parts.test,
      params: [...parts.test.params.slice(0, tests), ...known(parts.test.params.slice(tests), carryFlags)],
    },
    body: {
      name: func.name,
      params: func.params.filter((param) => !linear.has(param)),
      eqns: func.eqns.filter((eqn) => !isLinearEqn(eqn, linear)),
      outs,
    },
    consts: known(captured, constFlags),
    inits: known(parts.inits, carryFlags),
  };
  return carries === carryFlags.filter(Boolean).length && loop.body.outs.length === 0 ? withCounter(loop) : loop;
}

/** A loop of which only the number of steps matters still has a result to be known by. */
function withCounter(loop: WhileParts): WhileParts {
  const counter = makeVar({ shape: [], dtype: "i32" });
  return {
    ...loop,
    test: { ...loop.test, params: [...loop.test.params, makeVar(counter)] },
    body: { ...loop.body, params: [...loop.body.params, counter], outs: [counter] },
    inits: [makeLit(0, "i32")],
  };
}

/** The tangents: a scan over the rows, and over the numbers of the steps. */
function linearLoop(
  trace: Trace,
  parts: WhileParts,
  { func, captured, constFlags, carryFlags, outIsLinear, half, counters }: Body,
  rows: readonly Var[],
  length: Size,
): readonly Var[] {
  const own = func.params.slice(0, captured.length);
  const carries = func.params.slice(captured.length);
  const on = <T>(items: readonly T[], flags: readonly boolean[]): readonly T[] =>
    pick(items, (_, k) => flags[k] === true);
  const isNeeded = (param: Var): boolean => half.needed.includes(param);
  const [used, started] = [own.map(isNeeded), counters.starts.map(isNeeded)];
  const numbers = isNeeded(counters.steps) ? stepNumbers(trace, length) : undefined;
  const scanned: Func = {
    name: `${func.name}_linear`,
    params: [
      ...on(own, used),
      ...on(counters.starts, started),
      ...on(own, constFlags),
      ...on(carries, carryFlags),
      ...(numbers === undefined ? [] : [counters.steps]),
      ...stepsOf({ func, captured, half, counters }),
    ],
    eqns: half.eqns,
    outs: on(func.outs, outIsLinear),
  };
  const operands = {
    consts: [...on(captured, used), ...on(counters.inits, started), ...on(captured, constFlags)],
    carries: on(parts.inits, carryFlags),
    xs: [...(numbers === undefined ? [] : [numbers]), ...rows],
  };
  return emitScan(trace, { body: scanned, operands, length, reverse: false }, []);
}

/** What the linear half needs of each step. */
function stepsOf({
  func,
  captured,
  half,
  counters,
}: Pick<Body, "func" | "captured" | "half" | "counters">): readonly Var[] {
  const given = new Set<Var>([...func.params.slice(0, captured.length), ...counters.starts, counters.steps]);
  return half.needed.filter((variable) => !given.has(variable));
}

/** Splits a while of which some operands are linear; its results come in their order. */
export function splitWhile(
  trace: Trace,
  eqn: Eqn,
  given: readonly boolean[],
  linearize: Linearize,
  isFree: IsFree,
): SplitScan {
  const { tests, trips: named } = whileAttrs(eqn.attrs);
  const parts = whileParts(eqn);
  const length = named === undefined ? freshTrips() : namedSize(named);
  const [trips] = namesOf(length);
  const body = splitBody(trace, parts, length, given.slice(tests), linearize, isFree);
  const { func, outIsLinear } = body;
  const isAnyLinear = outIsLinear.includes(true);
  const values = func.outs.filter((_, k) => !outIsLinear[k]);
  const rows = withRows(values, body.carryFlags.filter((on) => !on).length, stepsOf(body));
  const loop = knownLoop(parts, body, rows.outs);
  const names = eqn.outs.filter((_, k) => !outIsLinear[k]).map((out) => out.name);
  const known = emitWhile(trace, isAnyLinear ? { ...loop, trips } : loop, names);
  if (!isAnyLinear) return { outs: known.slice(0, outIsLinear.length), outIsLinear };
  const stacked = rows.at.flatMap((k) => known[k] ?? []);
  const linear = linearLoop(trace, parts, body, stacked, length);
  let [k, l] = [0, 0];
  const outs = outIsLinear.map((on) => (on ? linear[l++] : known[k++])).filter((out) => out !== undefined);
  return { outs, outIsLinear };
}
