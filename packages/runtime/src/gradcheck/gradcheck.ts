/**
 * `gradCheck`: compares a gradient with differences of the value, for users and for tests.
 *
 * Invariant: a pass means that elements and random directions were compared and none disagreed beyond the stated
 * tolerance; what could not be told is counted, never passed silently. The caller's input is not written.
 */
import { element, permutation, unit53 } from "../random/draw.js";
import { foldIn, foldInText, type Key, key as keyOf } from "../random/key.js";
import * as tree from "../tree.js";
import { type Comparison, type GradCheckReport, reportOf, type Verdict } from "./report.js";
import { derivative, type Estimate, kinkAt, type Line, type Numerics, numerics, type Precision } from "./ridders.js";
import { copyOf, precisionOf, type Slot, slotsOf, targetsOf } from "./slots.js";

/** A scalar value; with further outputs beside it (`aux`), the first of a list. */
export type ScalarValue = number | readonly [number, ...unknown[]];

/** A function that `valueAndGrad` made, or one for the value and one for the gradient. */
export type Checkable<I> =
  | ((input: I) => { readonly value: ScalarValue; readonly grad: unknown })
  | { readonly value: (input: I) => ScalarValue; readonly grad: (input: I) => unknown };

export interface GradCheckOptions {
  /** Elements compared per tensor (default 24); of larger tensors a random sample and the largest of the gradient. */
  readonly samples?: number;
  /** Chooses samples and directions; default `random.key(0)`. */
  readonly key?: Key;
  /** Relative tolerance; default 1e-6 in f64, 1e-2 in f32. */
  readonly tolerance?: number;
  /** What the function computes in; default f32 if there is a `Float32Array` in the input or the gradient, else f64. */
  readonly precision?: Precision;
}

interface Pair<I> {
  readonly value: (input: I) => number;
  readonly grad: (input: I) => unknown;
}

const scalar = (value: ScalarValue): number => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "number") return first;
  throw new TypeError(`gradCheck: expected a number as value, got ${Object.prototype.toString.call(value)}`);
};

function pairOf<I>(f: Checkable<I>): Pair<I> {
  return typeof f === "function"
    ? { value: (input) => scalar(f(input).value), grad: (input) => f(input).grad }
    : { value: (input) => scalar(f.value(input)), grad: (input) => f.grad(input) };
}

/** What is compared: a line through the input, and the slope that the gradient gives for it. */
interface Probe {
  readonly kind: Comparison["kind"];
  readonly path: string;
  readonly index: number;
  readonly got: number;
  readonly line: Line;
  /** Typical size of the gradient hereabouts, beside which zeros are told from noise. */
  readonly scale: number;
}

/** Root mean square of a slot's gradient; what is not finite is left out, for it fails by itself. */
function gradientScale(slot: Slot): number {
  let sum = 0;
  for (let i = 0; i < slot.length; i++) {
    const g = slot.gradient(i);
    if (Number.isFinite(g)) sum += g * g;
  }
  return Math.sqrt(sum / slot.length);
}

function elementLine(slot: Slot, i: number, value: () => number): Line {
  const x = slot.get(i);
  const withShift = <R>(t: number, read: () => R): R => {
    slot.set(i, x + t);
    const result = read();
    slot.set(i, x);
    return result;
  };
  return {
    valueAt: (t) => withShift(t, value),
    moved: (t) => withShift(t, () => slot.get(i) - x),
    size: Math.abs(x),
  };
}

/** A sample without repetition, in order; all indices where there are no more, else the largest gradient among them. */
function sampleOf(slot: Slot, samples: number, key: Key): number[] {
  if (slot.length <= samples) return Array.from({ length: slot.length }, (_, i) => i);
  let largest = 0;
  for (let i = 1; i < slot.length; i++) {
    if (Math.abs(slot.gradient(i)) > Math.abs(slot.gradient(largest))) largest = i;
  }
  const chosen = new Set([largest, ...permutation(key, slot.length).subarray(0, samples - 1)]);
  return [...chosen].sort((a, b) => a - b);
}

function elementProbes(slot: Slot, samples: number, key: Key, value: () => number): Probe[] {
  const path = tree.showPath(slot.path);
  const scale = gradientScale(slot);
  return sampleOf(slot, samples, foldInText(key, path)).map((i) => ({
    kind: "element",
    path,
    index: slot.scalar ? -1 : i,
    got: slot.gradient(i),
    line: elementLine(slot, i, value),
    scale,
  }));
}

/** A random direction: every element moves by ±max(1, |x|), so that each moves on its own scale. */
function directionProbe(path: string, slots: readonly Slot[], key: Key, value: () => number): Probe {
  const parts = slots.map((slot, s) => {
    const signs = foldIn(key, s);
    const start = Float64Array.from({ length: slot.length }, (_, i) => slot.get(i));
    const step = start.map((x, i) => (element(signs, i, unit53) < 0.5 ? -1 : 1) * Math.max(1, Math.abs(x)));
    return { slot, start, step };
  });
  let got = 0;
  let squares = 0;
  for (const { slot, step } of parts) {
    for (let i = 0; i < slot.length; i++) {
      const term = slot.gradient(i) * (step[i] ?? 0);
      got += term;
      squares += term * term;
    }
  }
  const shift = (t: number): void => {
    for (const { slot, start, step } of parts) {
      // Without the test, -0 + 0 would come back as 0.
      for (let i = 0; i < slot.length; i++)
        slot.set(i, t === 0 ? (start[i] ?? 0) : (start[i] ?? 0) + t * (step[i] ?? 0));
    }
  };
  const valueAt = (t: number): number => {
    shift(t);
    const result = value();
    shift(0);
    return result;
  };
  return {
    kind: "direction",
    path,
    index: -1,
    got,
    scale: Math.sqrt(squares),
    line: { valueAt, moved: (t) => t, size: 1 },
  };
}

/** Compares one slope; twice its error estimate is allowed beside the relative tolerance. */
function compareWith({ line, scale, ...probe }: Probe, estimate: Estimate, how: Numerics): Comparison {
  const { got } = probe;
  const size = Math.max(Math.abs(got), Math.abs(estimate.value));
  const allowed = how.tolerance * size + 2 * estimate.error;
  const error = Number.isFinite(got) ? Math.abs(got - estimate.value) : Infinity;
  const done = (verdict: Verdict): Comparison => ({ ...probe, expected: estimate.value, error, allowed, verdict });
  if (!Number.isFinite(got)) return done("wrong");
  if (got === 0 && estimate.value === 0) return done("ok");
  const blurred = !(2 * estimate.error <= 0.1 * Math.max(size, scale));
  if (!(error > allowed)) return done(blurred ? "unclear" : "ok");
  const kink = kinkAt(line, how);
  if (kink === undefined) return done("wrong");
  const slack = how.tolerance * Math.max(Math.abs(kink.left), Math.abs(kink.right));
  const between = got >= Math.min(kink.left, kink.right) - slack && got <= Math.max(kink.left, kink.right) + slack;
  return done(between ? "kink" : "wrong");
}

/** Nothing is called wrong in f32 without a second opinion, from all steps and with three times the error estimate. */
function compare(probe: Probe, how: Numerics): Comparison {
  const found = compareWith(probe, derivative(probe.line, how), how);
  if (found.verdict !== "wrong" || !how.cautious) return found;
  const { value, error } = derivative(probe.line, how, true);
  return compareWith(probe, { value, error: 3 * error }, how);
}

function probesOf(slots: readonly Slot[], options: GradCheckOptions, value: () => number): Probe[] {
  const { samples = 24, key = keyOf(0) } = options;
  const elements = slots.flatMap((slot) => elementProbes(slot, samples, key, value));
  const tensors = slots.filter((slot) => slot.length > 1);
  const each = tensors.map((slot) =>
    directionProbe(tree.showPath(slot.path), [slot], foldInText(key, tree.showPath(slot.path)), value),
  );
  return slots.length > 1 ? [...elements, ...each, directionProbe("all", slots, key, value)] : [...elements, ...each];
}

/**
 * Checks a gradient against Richardson-extrapolated central differences.
 *
 * Compared are elements of every tensor (all of small ones, a seeded sample of large ones), one derivative along a
 * random direction per tensor, and one along a random direction over all of them, which sees every element at once.
 *
 * @param f a generated function from `valueAndGrad`, or `{ value, grad }`: two generated functions
 * @param input the point; its arrays are copied, not written
 * @param wrt what the gradient is for, as told to `valueAndGrad`: the name of an input, or a list of names, whose
 *   gradients then come under these names; left out: all inputs, or the only one
 * @returns a report; `report.passed` says whether all is well, `String(report)` what was found
 * @throws Error if the value at the input is not finite, if the gradient has not the form of what it is for, if there
 * is
 *   nothing to check, or if `f` writes its input
 *
 * In f64 the differences are good to about 1e-10 and the tolerance is 1e-6. A function with 32-bit arrays stores its
 * intermediate results in 32 bits, so its value is known to about 1e-7 of its size only: larger steps are taken and the
 * tolerance is 1e-2. Elements whose derivative drowns in that noise, or which have a corner of relu so close by that
 * the steps cannot avoid it, count as `unclear`; the directions, where derivatives add up, still see most of them.
 * Avoid points where everything is close to such a corner, as in a network with weights of 0.01: there f32 cannot tell.
 *
 * ```ts
 * const report = gradCheck(lossAndGrad, { params, x, label }, "params");
 * if (!report.passed) throw new Error(String(report));
 * ```
 */
export function gradCheck<I extends object>(
  f: Checkable<I>,
  input: NoInfer<I>,
  wrt?: (keyof NoInfer<I> & string) | readonly (keyof NoInfer<I> & string)[],
  options: GradCheckOptions = {},
): GradCheckReport {
  const { value, grad } = pairOf(f);
  const root = copyOf(input);
  const start = value(root);
  if (!Number.isFinite(start)) throw new Error(`gradCheck: the value at the input is ${start}; choose another point`);
  const gradient = copyOf(grad(root));
  const precision = options.precision ?? precisionOf(input, gradient);
  const how: Numerics = { ...numerics[precision], tolerance: options.tolerance ?? numerics[precision].tolerance };
  const slots = slotsOf(root, targetsOf(input, gradient, wrt));
  if (slots.length === 0) throw new Error("gradCheck: there is no float element to check");
  const comparisons = probesOf(slots, options, () => value(root)).map((probe) => compare(probe, how));
  tree.zip<unknown, unknown, void>(input, root, (before, after, path) => {
    if (!sameNumbers(before, after)) throw new Error(`gradCheck: ${tree.showPath(path)} was written by the function`);
  });
  const elements = slots.reduce((sum, slot) => sum + slot.length, 0);
  return reportOf({ value: start, precision, tolerance: how.tolerance, comparisons, elements });
}

function sameNumbers(a: unknown, b: unknown): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return Object.is(a, b);
  const bytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const [left, right] = [bytes(a), bytes(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
