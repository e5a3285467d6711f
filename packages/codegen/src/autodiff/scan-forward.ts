/**
 * Forward mode of `scan`: one scan whose carry is the pair of carry and tangent.
 *
 * Invariant: a carry without a tangent at any step has none; which those are is found by iterating to a fixed point.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  isFloat,
  type ScanAttrs,
  scanAttrs,
  Trace,
  type Var,
} from "@tapeless/types/compiler";
import { type Dual, zerosLike } from "./duals.js";
import { bodyOf, emitScan, type Groups, groupsOf } from "./scan-parts.js";

/** Forward mode of whole programs, which the body of a scan is one of. */
export type JvpInto = (trace: Trace, func: Func, params: readonly Dual[]) => readonly Dual[];

export const present = <T>(items: readonly (T | undefined)[]): readonly T[] =>
  items.filter((item) => item !== undefined);

/** How many operands of a loop are captured and carried. */
type LoopAttrs = Pick<ScanAttrs, "consts" | "carries">;

export interface ForwardBody {
  readonly func: Func;
  /** Which carries and stacked results have a tangent. */
  readonly carries: readonly boolean[];
  readonly ys: readonly boolean[];
}

/** The body over duals. A carry has a tangent if its start or what the body makes of it has one: to a fixed point. */
export function forwardBody(body: Func, attrs: LoopAttrs, given: readonly boolean[], jvpInto: JvpInto): ForwardBody {
  let active = groupsOf(given, attrs);
  for (;;) {
    const { func, outs } = traceForward(body, attrs, active, jvpInto);
    const carries = active.carries.map((on, k) => on || outs[k]?.tangent !== undefined);
    if (carries.every((on, k) => on === active.carries[k])) {
      return { func, carries, ys: outs.slice(attrs.carries).map(({ tangent }) => tangent !== undefined) };
    }
    active = { ...active, carries };
  }
}

function traceForward(body: Func, attrs: LoopAttrs, active: Groups<boolean>, jvpInto: JvpInto) {
  const trace = new Trace(body.name);
  const params = groupsOf(body.params, attrs);
  const add = (vars: readonly Var[], on: readonly boolean[]): readonly Dual[] => {
    const primals = vars.map((param) => trace.param(param, param.name));
    const tangents = vars.map((param, k) =>
      on[k] && isFloat(param) ? trace.param(param, `d_${param.name}`) : undefined,
    );
    return primals.map((primal, k) => ({ primal, tangent: tangents[k] }));
  };
  const duals = [
    ...add(params.consts, active.consts),
    ...add(params.carries, active.carries),
    ...add(params.xs, active.xs),
  ];
  const outs = jvpInto(trace, body, duals);
  const carried = outs.slice(0, attrs.carries);
  const stacked = outs.slice(attrs.carries);
  const func = trace.finish([
    ...carried.map(({ primal }) => primal),
    ...present(
      carried.map(({ primal, tangent }, k) => (active.carries[k] ? (tangent ?? zerosLike(trace, primal)) : undefined)),
    ),
    ...stacked.map(({ primal }) => primal),
    ...present(stacked.map(({ tangent }) => tangent)),
  ]);
  return { func, outs };
}

/** Duals of a scan's results: primals and tangents side by side in each group. */
export function jvpScan(trace: Trace, eqn: Eqn, duals: readonly Dual[], jvpInto: JvpInto): readonly Dual[] {
  const attrs = scanAttrs(eqn.attrs);
  const { func, carries, ys } = forwardBody(
    bodyOf(eqn),
    attrs,
    duals.map(({ tangent }) => tangent !== undefined),
    jvpInto,
  );
  const operands = groupsOf(duals, attrs);
  const side = (group: readonly Dual[], tangents: readonly (Atom | undefined)[]): readonly Atom[] => [
    ...group.map(({ primal }) => primal),
    ...present(tangents),
  ];
  const given = (group: readonly Dual[]) => group.map(({ tangent }) => tangent);
  const starts = operands.carries.map(({ primal, tangent }, k) =>
    carries[k] ? (tangent ?? zerosLike(trace, primal)) : undefined,
  );
  const names = eqn.outs.map((out) => out.name);
  const groups: Groups<Atom> = {
    consts: side(operands.consts, given(operands.consts)),
    carries: side(operands.carries, starts),
    xs: side(operands.xs, given(operands.xs)),
  };
  const outs = trace.at(eqn.spans, () =>
    emitScan(trace, { ...attrs, body: func, operands: groups }, names.slice(0, attrs.carries)),
  );
  return pairUp(outs, [carries, ys]);
}

/** Results come group by group, in each the primals and then the tangents there are. */
export function pairUp(outs: readonly Var[], groups: readonly (readonly boolean[])[]): readonly Dual[] {
  let next = 0;
  const take = (): Var => {
    const out = outs[next++];
    if (out === undefined) throw new Error("bug: a loop has fewer results than its duals");
    return out;
  };
  return groups.flatMap((active) => {
    const primals = active.map(take);
    const tangents = active.map((on) => (on ? take() : undefined));
    return primals.map((primal, k) => ({ primal, tangent: tangents[k] }));
  });
}
