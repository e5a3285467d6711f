/**
 * Splits a while over duals in two: a while of the values, which counts its steps and stacks what the other half needs of
 * each, and a scan of so many steps that is linear in the tangents.
 *
 * Invariant: the linear half is a plain scan, whose length is the size that the first half finds; so it is transposed,
 * batched and differentiated again as any other. A captured tensor is never stacked, nor is what does not change.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  freshTrips,
  makeLit,
  makeVar,
  namedSize,
  type Trace,
  type Var,
  whileAttrs,
} from "@tapeless/types/compiler";
import { linearOperands, linearVars } from "./linear-vars.js";
import { hoistInvariants, isLinearEqn, type LinearHalf, linearHalf, withRows } from "./residuals.js";
import { emitScan, pick } from "./scan-parts.js";
import type { Linearize, SplitScan } from "./scan-split.js";
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
}

function splitBody(trace: Trace, parts: WhileParts, given: readonly boolean[], linearize: Linearize): Body {
  const attrs = { consts: parts.consts.length, carries: parts.inits.length };
  const flags = linearOperands(parts.body, attrs, given);
  const made = linearize(parts.body, flags);
  const linear = linearVars(made, flags);
  const { func, captured } = hoistInvariants(trace, made, parts.consts, linear);
  const carryFlags = flags.slice(attrs.consts);
  return {
    func,
    captured,
    carries: attrs.carries,
    constFlags: captured.map((_, k) => flags[k] === true && k < attrs.consts),
    carryFlags,
    linear,
    outIsLinear: func.outs.map((out, k) => (k < attrs.carries ? carryFlags[k] === true : linear.has(out))),
  };
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

/** The tangents: a scan over the rows. */
function linearLoop(
  trace: Trace,
  parts: WhileParts,
  body: Body,
  { eqns, needed }: LinearHalf,
  rows: readonly Var[],
  length: ReturnType<typeof namedSize>,
): readonly Var[] {
  const { func, captured, constFlags, carryFlags, outIsLinear } = body;
  const own = func.params.slice(0, captured.length);
  const carries = func.params.slice(captured.length);
  const on = <T>(items: readonly T[], flags: readonly boolean[]): readonly T[] =>
    pick(items, (_, k) => flags[k] === true);
  const used = own.map((param) => needed.includes(param));
  const scanned: Func = {
    name: `${func.name}_linear`,
    params: [
      ...on(own, used),
      ...on(own, constFlags),
      ...on(carries, carryFlags),
      ...needed.filter((variable) => !own.includes(variable)),
    ],
    eqns,
    outs: on(func.outs, outIsLinear),
  };
  const operands = {
    consts: [...on(captured, used), ...on(captured, constFlags)],
    carries: on(parts.inits, carryFlags),
    xs: rows,
  };
  return emitScan(trace, { body: scanned, operands, length, reverse: false }, []);
}

/** Splits a while of which some operands are linear; its results come in their order. */
export function splitWhile(trace: Trace, eqn: Eqn, given: readonly boolean[], linearize: Linearize): SplitScan {
  const { tests, trips: named } = whileAttrs(eqn.attrs);
  const parts = whileParts(eqn);
  const body = splitBody(trace, parts, given.slice(tests), linearize);
  const { func, captured, outIsLinear } = body;
  const isAnyLinear = outIsLinear.includes(true);
  const linearOuts = func.outs.filter((_, k) => outIsLinear[k]);
  const half = isAnyLinear ? linearHalf(func, body.linear, linearOuts) : { eqns: [], needed: [] };
  const own = func.params.slice(0, captured.length);
  const steps = half.needed.filter((variable) => !own.includes(variable));
  const length = named === undefined ? freshTrips() : namedSize(named);
  const [trips] = typeof length === "number" ? [] : (length.terms[0]?.names ?? []);
  const values = func.outs.filter((_, k) => !outIsLinear[k]);
  const rows = withRows(values, body.carryFlags.filter((on) => !on).length, steps);
  const loop = knownLoop(parts, body, rows.outs);
  const names = eqn.outs.filter((_, k) => !outIsLinear[k]).map((out) => out.name);
  const known = emitWhile(trace, isAnyLinear ? { ...loop, trips } : loop, names);
  if (!isAnyLinear) return { outs: known.slice(0, outIsLinear.length), outIsLinear };
  const stacked = rows.at.flatMap((k) => known[k] ?? []);
  const linear = linearLoop(trace, parts, body, half, stacked, length);
  let [k, l] = [0, 0];
  const outs = outIsLinear.map((on) => (on ? linear[l++] : known[k++])).filter((out) => out !== undefined);
  return { outs, outIsLinear };
}
