/**
 * Equality of results: bit for bit, or within the error bounds that evaluation gives.
 *
 * Invariant: what does not compare is an error that shows the program and its inputs, so that it can be done again.
 */
import { type Approx, type ApproxTensor, evalFunc, type Func } from "@tapeless/types/compiler";
import type { RandomGraph } from "../generator/random-graph.js";

/** Evaluates a program on the inputs of the graph it comes from. */
export const evaluate = (func: Func, { args, sizes }: RandomGraph): readonly ApproxTensor[] =>
  evalFunc(func, args, sizes);

const sameNumber = (x: number, y: number): boolean => Object.is(x, y);

/** The first place at which two results differ in a bit. */
export function firstDifferentBit(got: readonly ApproxTensor[], want: readonly ApproxTensor[]): string | undefined {
  for (const [k, tensor] of want.entries()) {
    const values = got[k]?.value ?? new Float64Array();
    if (values.length !== tensor.value.length)
      return `result ${k} has ${values.length} elements, not ${tensor.value.length}`;
    const at = tensor.value.findIndex((value, i) => !sameNumber(value, values[i] ?? Number.NaN));
    if (at >= 0) return `result ${k}[${at}] is ${values[at]}, not ${tensor.value[at]}`;
  }
  return undefined;
}

/** Bounds are themselves computed in floating point, and the least f32 steps are absolute. */
const slack = 1.01;
const tiny = 1e-44;
/** An f32 cannot hold more. */
const largestF32 = 3e38;

/** Is `x` as good as `y`, as far as their bounds promise anything? */
export function agrees(x: Approx, y: Approx): boolean {
  if (x.value === y.value || (Number.isNaN(x.value) && Number.isNaN(y.value))) return true;
  const allowed = (x.bound + y.bound) * slack + tiny;
  if (!Number.isFinite(allowed) || Math.abs(y.value) > largestF32) return true; // nothing is promised
  return Math.abs(x.value - y.value) <= allowed;
}

export const approxOf = ({ value, bound }: ApproxTensor): readonly Approx[] =>
  [...value].map((each, k) => ({ value: each, bound: bound[k] ?? 0 }));

/** The first place at which two lists of results differ by more than their bounds. */
export function firstDisagreement(
  got: readonly (readonly Approx[])[],
  want: readonly (readonly Approx[])[],
): string | undefined {
  for (const [k, wanted] of want.entries()) {
    const found = got[k] ?? [];
    if (found.length !== wanted.length) return `result ${k} has ${found.length} elements, not ${wanted.length}`;
    for (const [i, y] of wanted.entries()) {
      const x = found[i] ?? { value: Number.NaN, bound: 0 };
      if (!agrees(x, y)) return `result ${k}[${i}] is ${x.value}, not ${y.value} ± ${x.bound + y.bound}`;
    }
  }
  return undefined;
}

/** Runs a check and adds to what it throws how to do it again. */
export function blame<T>(graph: RandomGraph, what: string, run: () => T, more: () => string = () => ""): T {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${what}: ${message}\n${graph.text}\n${more()}`);
  }
}

export function expectNone(difference: string | undefined): void {
  if (difference !== undefined) throw new Error(difference);
}
