/**
 * The transpose of a linear scan: a scan that runs the other way.
 *
 * Invariant: the cotangent of a captured tensor is a carry that every step adds to; it is never stacked.
 */
import {
  type Atom,
  type Aval,
  type Eqn,
  type Func,
  type ScanAttrs,
  scanAttrs,
  Trace,
  type Var,
} from "@tapeless/types/compiler";
import { zerosLike } from "./duals.js";
import { bodyOf, emitScan, flatGroups, type Groups, groupsOf, pick } from "./scan-parts.js";

/** Transposition of whole programs, which the body of a scan is one of. */
export type TransposeFunc = (func: Func, linearParams: readonly boolean[]) => Func;

/**
 * The transpose of a linear scan. It runs the other way; its carries are the cotangents of the carries and, started at
 * zero, those of the linear captured tensors, to which every step adds.
 */
export function transposeScan(
  trace: Trace,
  eqn: Eqn,
  isLinear: (atom: Atom) => boolean,
  cts: readonly (Atom | undefined)[],
  transposeFunc: TransposeFunc,
): readonly (Atom | undefined)[] {
  const attrs = scanAttrs(eqn.attrs);
  const given = groupsOf(eqn.inputs.map(isLinear), attrs);
  // Every carry of a linear scan is linear, also one that starts as a constant zero.
  const flags = { ...given, carries: given.carries.map(() => true) };
  const operands = groupsOf(eqn.inputs, attrs);
  const body = transposedBody(bodyOf(eqn), attrs, flags, transposeFunc);
  const ct = (k: number): Atom => cts[k] ?? zerosLike(trace, eqn.outs[k] ?? (eqn.inputs[0] as Atom)); // a scan has results
  const linearConsts = pick(operands.consts, (_, k) => flags.consts[k] === true);
  const groups: Groups<Atom> = {
    consts: pick(operands.consts, (_, k) => !flags.consts[k]),
    carries: [...operands.carries.map((_, k) => ct(k)), ...linearConsts.map((atom) => zerosLike(trace, atom))],
    xs: [
      ...pick(operands.xs, (_, k) => !flags.xs[k]),
      ...eqn.outs.slice(attrs.carries).map((_, k) => ct(attrs.carries + k)),
    ],
  };
  const outs = emitScan(trace, { body, operands: groups, length: attrs.length, reverse: !attrs.reverse }, []);
  let nextConst = operands.carries.length;
  let nextX = operands.carries.length + linearConsts.length;
  return [
    ...flags.consts.map((on) => (on ? outs[nextConst++] : undefined)),
    ...operands.carries.map((_, k) => outs[k]),
    ...flags.xs.map((on) => (on ? outs[nextX++] : undefined)),
  ];
}

/** One step backwards: (residuals, ct carry, sums for captured, residuals, ct y) -> (ct carry, sums, ct x). */
function transposedBody(body: Func, attrs: ScanAttrs, flags: Groups<boolean>, transposeFunc: TransposeFunc): Func {
  const params = groupsOf(body.params, attrs);
  const pullback = transposeFunc(body, flatGroups(flags));
  const trace = new Trace(body.name);
  const declare = (avals: readonly Aval[]): readonly Var[] => avals.map((aval) => trace.param(aval));
  const linearConsts = pick(params.consts, (_, k) => flags.consts[k] === true);
  const consts = declare(pick(params.consts, (_, k) => !flags.consts[k]));
  const carryCts = declare(body.outs.slice(0, attrs.carries));
  const sums = declare(linearConsts);
  const xs = declare(pick(params.xs, (_, k) => !flags.xs[k]));
  const yCts = declare(body.outs.slice(attrs.carries));
  const grads = trace.inline(pullback, [...consts, ...xs, ...carryCts, ...yCts]);
  const constGrads = grads.slice(0, linearConsts.length);
  const added = sums.map((sum, k) => trace.emit({ op: "add", inputs: [sum, constGrads[k] ?? sum] })[0] ?? sum);
  const rest = grads.slice(linearConsts.length);
  return trace.finish([...rest.slice(0, attrs.carries), ...added, ...rest.slice(attrs.carries)]);
}
