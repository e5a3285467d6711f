/**
 * The meaning of equations that hold functions: loops and choices. Invariant: a function runs as often as the equation
 * says, on tensors alone; what is stacked comes in the order of the steps.
 */
import { evalSize, namesOf, type Size, type SizeEnv } from "../shape/size.js";
import { type ApproxTensor, exactTensor, Output, product } from "./approx-tensor.js";
import type { Eqn, Func, Var } from "./ir.js";

/** The meaning of a whole program. */
export type EvalFunc = (func: Func, args: readonly ApproxTensor[], sizes: SizeEnv) => readonly ApproxTensor[];

export const concrete = (shape: readonly Size[], sizes: SizeEnv): number[] =>
  shape.map((size) => evalSize(size, sizes));

export function sliceFirst(tensor: ApproxTensor, position: number): ApproxTensor {
  const shape = tensor.shape.slice(1);
  const [from, count] = [position * product(shape), product(shape)];
  return {
    ...tensor,
    shape,
    value: tensor.value.slice(from, from + count),
    bound: tensor.bound.slice(from, from + count),
  };
}

export function stackFirst(parts: readonly ApproxTensor[], like: Var, sizes: SizeEnv): ApproxTensor {
  const output = new Output(concrete(like.shape, sizes), like.dtype);
  const each = product(output.shape.slice(1));
  parts.forEach((part, p) => {
    output.value.set(part.value, p * each);
    output.bound.set(part.bound, p * each);
  });
  return output;
}

/** `scan`: inputs are constants, carries, then arrays with a leading axis; see ops/structure/scan.op.ts. */
export function evalScan(
  eqn: Eqn,
  operands: readonly ApproxTensor[],
  sizes: SizeEnv,
  evalFunc: EvalFunc,
): readonly ApproxTensor[] {
  const [body] = eqn.funcs;
  const { consts, carries, reverse } = eqn.attrs as { consts: number; carries: number; reverse: boolean }; // scan's own attributes
  if (body === undefined) throw new Error("bug: scan has no body");
  const length = evalSize(eqn.attrs.length as Size, sizes);
  const fixed = operands.slice(0, consts);
  let carry = operands.slice(consts, consts + carries);
  const stacked: ApproxTensor[][] = [];
  for (let step = 0; step < length; step++) {
    const position = reverse ? length - 1 - step : step;
    const slices = operands.slice(consts + carries).map((xs) => sliceFirst(xs, position));
    const outs = evalFunc(body, [...fixed, ...carry, ...slices], sizes);
    carry = outs.slice(0, carries);
    stacked[position] = outs.slice(carries);
  }
  const ys = eqn.outs.slice(carries);
  if (eqn.attrs.recompute === true) return stacked[0] ?? []; // one step, not stacked
  return [
    ...carry,
    ...ys.map((like, k) =>
      stackFirst(
        stacked.map((row) => row[k]).filter((part) => part !== undefined),
        like,
        sizes,
      ),
    ),
  ];
}

/** `switch`: the branch that the index says, clamped; the others are not evaluated. */
export function evalSwitch(
  eqn: Eqn,
  [selector, ...operands]: readonly ApproxTensor[],
  sizes: SizeEnv,
  evalFunc: EvalFunc,
) {
  const taken = Math.min(Math.max(selector?.value[0] ?? 0, 0), eqn.funcs.length - 1);
  const branch = eqn.funcs[taken];
  if (branch === undefined) throw new Error("bug: switch has no branch");
  return evalFunc(branch, operands, sizes);
}

/** No number, so that a test in which somebody looks at it fails. */
export function unwritten({ shape, dtype }: Var, sizes: SizeEnv): ApproxTensor {
  const known = concrete(shape, sizes);
  const nothing = dtype === "f32" || dtype === "f64" ? Number.NaN : 0;
  return exactTensor(
    known,
    dtype,
    Array.from({ length: product(known) }, () => nothing),
  );
}

/** The number of steps of a loop with a test, and its results; see ops/structure/while.op.ts. */
export interface WhileRun {
  readonly trips: number;
  readonly outs: readonly ApproxTensor[];
}

export function evalWhile(eqn: Eqn, operands: readonly ApproxTensor[], sizes: SizeEnv, evalFunc: EvalFunc): WhileRun {
  const [test, body] = eqn.funcs;
  const { tests, consts, carries } = eqn.attrs as { tests: number; consts: number; carries: number }; // its own attributes
  if (test === undefined || body === undefined) throw new Error("bug: while has two functions");
  const most = eqn.attrs.bound === undefined ? Number.POSITIVE_INFINITY : evalSize(eqn.attrs.bound as Size, sizes);
  const [tested, fixed] = [operands.slice(0, tests), operands.slice(tests, tests + consts)];
  const rows: (readonly ApproxTensor[])[] = [];
  let carry: readonly ApproxTensor[] = operands.slice(tests + consts);
  for (; evalFunc(test, [...tested, ...carry], sizes)[0]?.value[0] === 1; carry = carry.slice(0, carries)) {
    if (rows.length >= most) throw new Error(`while: more than ${most} steps`);
    const outs = evalFunc(body, [...fixed, ...carry], sizes);
    rows.push(outs.slice(carries));
    carry = outs;
  }
  const [name] = eqn.attrs.trips === undefined ? [] : namesOf(eqn.attrs.trips as Size); // a size of one name
  const found = name === undefined ? sizes : { ...sizes, [name]: rows.length };
  const stacked = eqn.outs.slice(carries).map((like, k) =>
    stackFirst(
      rows.map((row) => row[k]).filter((part) => part !== undefined),
      like,
      found,
    ),
  );
  return { trips: rows.length, outs: [...carry, ...stacked] };
}
