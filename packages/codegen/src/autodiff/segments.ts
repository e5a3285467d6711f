/**
 * A loop with checkpoints as loops that reverse mode knows already: a loop over segments, whose body is the checkpoint of a
 * loop over the segment's steps, and a loop over the steps that are left.
 *
 * Invariant: the steps are the same, in the same order. The loop over segments keeps the carry of each, and the backward
 * pass computes one segment after the other again: of n steps in segments of s, n/s carries and what s steps need are kept.
 */
import {
  type Attrs,
  type Aval,
  derivedSize,
  type Eqn,
  type Func,
  mulSize,
  type ScanAttrs,
  type Size,
  scanAttrs,
  subSize,
  Trace,
  type Var,
  withFreshTrips,
} from "@tapeless/types/compiler";
import { bodyOf, emitScan, type Groups, groupsOf } from "./scan-parts.js";

/** How the steps of a loop are cut: `count` segments of `steps`, and `rest` steps after them. */
interface Segments {
  readonly steps: Size;
  readonly count: Size;
  readonly rest: Size;
}

/** Undefined where there is one segment at most. Of a length known at run time, steps and count are sizes derived from it. */
function segmentsOf({ length, checkpoint }: ScanAttrs): Segments | undefined {
  if (checkpoint === undefined) return undefined;
  const steps = checkpoint === "sqrt" ? derivedSize({ what: "steps", every: checkpoint }, length) : checkpoint;
  if (typeof length === "number" && typeof steps === "number" && steps >= length) return undefined;
  const count = steps === 1 ? length : derivedSize({ what: "segments", every: checkpoint }, length);
  return { steps, count, rest: subSize(length, mulSize(count, steps)) };
}

/** A loop that is written in parts. */
interface Cut {
  readonly trace: Trace;
  readonly eqn: Eqn;
  readonly attrs: ScanAttrs;
  readonly operands: Groups<Var>;
}

function one(trace: Trace, op: string, inputs: readonly Var[], attrs: Attrs): Var {
  const [out] = trace.emit({ op, inputs, attrs });
  if (out === undefined) throw new Error(`bug: '${op}' has no result`);
  return out;
}

/** `count` elements from `start` on, along the first axis. */
function part(trace: Trace, x: Var, start: Size, count: Size): Var {
  const rest = x.shape.slice(1);
  return one(trace, "slice", [x], { start: [start, ...rest.map(() => 0)], shape: [count, ...rest], together: true });
}

const namesOf = ({ eqn, attrs }: Cut): readonly string[] => eqn.outs.slice(0, attrs.carries).map(({ name }) => name);

/** The loop over the segments, which begin at step `start`. Results are as long as their steps together. */
function overSegments(cut: Cut, { steps, count }: Segments, start: Size): readonly Var[] {
  const { trace, eqn, attrs, operands } = cut;
  const length = mulSize(count, steps);
  const xs = operands.xs.map((x) =>
    one(trace, "reshape", [part(trace, x, start, length)], { shape: [count, steps, ...x.shape.slice(1)] }),
  );
  const body = segment(bodyOf(eqn), attrs, steps);
  const loop = { body, operands: { ...operands, xs }, length: count, reverse: attrs.reverse };
  return emitScan(trace, loop, namesOf(cut)).map((out, k) =>
    k < attrs.carries ? out : one(trace, "reshape", [out], { shape: [length, ...out.shape.slice(2)] }),
  );
}

/** One segment: a checkpoint of a loop of so many steps. */
function segment(body: Func, attrs: ScanAttrs, steps: Size): Func {
  const isWalked = (k: number): boolean => k >= attrs.consts + attrs.carries;
  const declare = (trace: Trace): readonly Var[] =>
    body.params.map((param, k) => {
      const aval: Aval = { shape: isWalked(k) ? [steps, ...param.shape] : param.shape, dtype: param.dtype };
      return trace.param(aval, param.name);
    });
  const inner = new Trace(`${body.name}_steps`);
  const loop = { body, operands: groupsOf(declare(inner), attrs), length: steps, reverse: attrs.reverse };
  const func = inner.finish(emitScan(inner, loop, []));
  const outer = new Trace(`${body.name}_segment`);
  const inputs = declare(outer);
  return outer.finish(outer.emit({ op: "checkpoint", inputs, attrs: { recompute: false }, funcs: [func] }));
}

/** The loop over the steps that are left, which begin at step `start`. */
function overRest(cut: Cut, length: Size, start: Size, carries: readonly Var[]): readonly Var[] {
  const { trace, eqn, attrs, operands } = cut;
  const xs = operands.xs.map((x) => part(trace, x, start, length));
  const body = withFreshTrips(bodyOf(eqn)); // the loop over the segments has the same
  return emitScan(
    trace,
    { body, operands: { ...operands, carries, xs }, length, reverse: attrs.reverse },
    namesOf(cut),
  );
}

/** All parts. A loop that runs from the last step to the first leaves its first steps for the end. */
function allParts(cut: Cut, segments: Segments): readonly Var[] {
  const { carries, reverse } = cut.attrs;
  const { steps, count, rest } = segments;
  const first = overSegments(cut, segments, reverse ? rest : 0);
  if (rest === 0) return first;
  const last = overRest(cut, rest, reverse ? 0 : mulSize(count, steps), first.slice(0, carries));
  return last.map((out, k) => {
    const parts = [first[k] ?? out, out];
    return k < carries ? out : one(cut.trace, "concat", reverse ? parts.reverse() : parts, { axis: 0 });
  });
}

/** The program of a loop with checkpoints, whose parameters are its operands; undefined where none is needed. */
export function inSegments(eqn: Eqn): Func | undefined {
  const attrs = scanAttrs(eqn.attrs);
  const segments = segmentsOf(attrs);
  if (segments === undefined) return undefined;
  const trace = new Trace(`${bodyOf(eqn).name}_in_segments`);
  const params = eqn.inputs.map((input) => trace.param(input, input.kind === "Var" ? input.name : ""));
  return trace.finish(allParts({ trace, eqn, attrs, operands: groupsOf(params, attrs) }, segments));
}
