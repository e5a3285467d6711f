/**
 * Concrete tensors with error bounds, and the two ways in which the evaluator makes them: element by element, and by
 * accumulating terms. Invariant: what is stored has the bound of storing it.
 */
import { type Approx, applyBuiltin, exactly, stored, unitRoundoff } from "../scalar/evaluate.js";
import type { DType } from "../shape/tensor.js";
import type { Combine } from "./definition.js";

/** A concrete tensor: flat values in row-major order, and the radius of each. */
export interface ApproxTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly value: Float64Array;
  readonly bound: Float64Array;
}

export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** An exact tensor. */
export const exactTensor = (shape: readonly number[], dtype: DType, data: ArrayLike<number>): ApproxTensor => ({
  shape,
  dtype,
  value: Float64Array.from(data),
  bound: new Float64Array(product(shape)),
});

/** The place of an index in row-major order; `what` names the op in the error about one out of range. */
export function flatIndex(shape: readonly number[], index: readonly number[], what: string): number {
  return index.reduce((flat, at, axis) => {
    const size = shape[axis] ?? 0;
    if (!(at >= 0 && at < size))
      throw new RangeError(`${what}: index ${at} is out of range for axis ${axis} of size ${size}`);
    return flat * size + at;
  }, 0);
}

/** Every index of a shape, in row-major order. */
export function* indices(shape: readonly number[]): Generator<readonly number[]> {
  const total = product(shape);
  const index = shape.map(() => 0);
  for (let count = 0; count < total; count++) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
}

const identityOf = (combine: Combine, dtype: DType): number => {
  if (combine === "sum") return 0;
  if (dtype === "i32") return combine === "max" ? -(2 ** 31) : 2 ** 31 - 1;
  return combine === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
};

const combineBuiltin = { sum: "add", max: "max", min: "min" } as const;

/** A running sum, maximum or minimum, with the bound that any other order of the same terms keeps. */
export class Accumulator {
  private total: Approx;
  private magnitude = 0;
  private count = 0;

  constructor(
    private readonly combine: Combine,
    private readonly dtype: DType,
    start?: Approx,
    /** What each partial sum is stored as: the terms of a scatter meet in memory, those of a reduction in registers. */
    private readonly partial: DType = "f64",
  ) {
    this.total = start ?? exactly(identityOf(combine, dtype));
    this.magnitude = start === undefined ? 0 : Math.abs(start.value);
  }

  add(term: Approx): void {
    const next = applyBuiltin(combineBuiltin[this.combine], this.dtype, [
      exactly(this.total.value),
      exactly(term.value),
    ]);
    const sum = this.combine === "sum";
    const bound = sum ? this.total.bound + term.bound : Math.max(this.total.bound, term.bound);
    this.total = { value: next.value, bound };
    this.magnitude += Math.abs(term.value);
    this.count++;
  }

  /**
   * |error| ≤ (n - 1)·u·Σ|xᵢ| for any order (Higham, Accuracy and Stability, §4.2); both orders may err, so twice. Where partial
   * sums are stored only the other order rounds them, and the last one is stored by whoever takes the result.
   */
  result(): Approx {
    if (this.combine !== "sum" || this.dtype === "i32") return this.total;
    const reordering = 2 * this.count * unitRoundoff.f64 * this.magnitude;
    const storing = this.partial === "f32" ? (this.count - 1) * unitRoundoff.f32 * this.magnitude : 0;
    const bound = this.total.bound + reordering + Math.max(0, storing);
    return { value: this.total.value, bound: Number.isNaN(bound) ? Number.POSITIVE_INFINITY : bound };
  }
}

/** A result being written: values are stored in its dtype. */
export class Output {
  readonly value: Float64Array;
  readonly bound: Float64Array;

  constructor(
    readonly shape: readonly number[],
    readonly dtype: DType,
  ) {
    this.value = new Float64Array(product(shape));
    this.bound = new Float64Array(product(shape));
  }

  read(index: readonly number[]): Approx {
    const flat = flatIndex(this.shape, index, "result");
    return { value: this.value[flat] ?? 0, bound: this.bound[flat] ?? 0 };
  }

  write(index: readonly number[], x: Approx): void {
    const flat = flatIndex(this.shape, index, "result");
    const kept = stored(x, this.dtype);
    this.value[flat] = this.dtype === "i32" ? kept.value | 0 : kept.value;
    this.bound[flat] = kept.bound;
  }
}
