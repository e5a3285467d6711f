/**
 * Storage: the typed array behind each dtype, and the values that it can hold.
 *
 * Invariant: a value that passes `acceptance` is stored as it is, but for the rounding of f32.
 */
import type { Bool, F32, F64, I32 } from "./brand.js";
import type { DType } from "./spec.js";

export type Typed = F32 | F64 | I32 | Bool;

interface Storage {
  readonly make: (length: number) => Typed;
  /** The complaint about a value that this dtype cannot hold, or `undefined`. */
  readonly reject: (value: unknown) => string | undefined;
}

const notNumber = (value: unknown): string | undefined => (typeof value === "number" ? undefined : "a number");

const storages: Readonly<Record<DType, Storage>> = {
  f32: { make: (length) => new Float32Array(length), reject: notNumber },
  f64: { make: (length) => new Float64Array(length), reject: notNumber },
  i32: {
    make: (length) => new Int32Array(length),
    reject: (value) => (typeof value === "number" && (value | 0) === value ? undefined : "a 32-bit whole number"),
  },
  bool: {
    make: (length) => new Uint8Array(length),
    reject: (value) => (typeof value === "boolean" || value === 0 || value === 1 ? undefined : "true, false, 0 or 1"),
  },
};

/** An array of zeros for `length` elements. */
export const storageOf = (dtype: DType, length: number): Typed => storages[dtype].make(length);

/** Gives for a value what this dtype would have it be, or `undefined` if it can hold the value. */
export const acceptance = (dtype: DType): ((value: unknown) => string | undefined) => storages[dtype].reject;
