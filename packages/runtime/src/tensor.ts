/**
 * Tensor constructors: typed arrays with a shape brand.
 *
 * Invariant: what comes back has exactly the shape that was asked for, or an error names what was expected and what
 * came. They live under the name `tensor` (`tensor.f32([2, 3])`), for the DSL has `f32`, `f64`, `i32` and `bool` of its
 * own, which describe tensors and hold no data.
 */
import { elementCount, type Sizes, shapeOf } from "./size.js";
import {
  type ArrayOf,
  type ArraysOf,
  type DType,
  isTensorSpec,
  type SpecTree,
  showShape,
  type TensorValue,
} from "./spec.js";
import { acceptance, storageOf, type Typed } from "./storage.js";
import * as tree from "./tree.js";

/** Numbers in nested lists, outermost axis outermost. */
export type Nested<L> = readonly (L | Nested<L>)[];

/** A tuple with one index per axis. */
export type IndexOf<S extends readonly number[]> = { readonly [axis in keyof S]: number };

/**
 * What fills a tensor: one value for all elements; nested lists of its shape; a flat list or typed array of all
 * elements in row-major order; or a function of the index (the same array at every call: copy it to keep it).
 */
export type Data<S extends readonly number[], L = number> = L | Nested<L> | ArrayLike<L> | ((index: IndexOf<S>) => L);

const show = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value)
    : Array.isArray(value)
      ? `a list of ${value.length}`
      : String(value);

const showIndex = (index: readonly number[]): string => (index.length === 0 ? "the top" : showShape(index));

/** Writes elements of one tensor, one after the other, each checked against the dtype. */
class Filler {
  readonly array: Typed;
  readonly #reject: (value: unknown) => string | undefined;
  #next = 0;

  constructor(
    readonly who: string,
    dtype: DType,
    readonly shape: readonly number[],
  ) {
    this.array = storageOf(dtype, elementCount(shape));
    this.#reject = acceptance(dtype);
  }

  push(value: unknown, index: readonly number[]): void {
    const expected = this.#reject(value);
    if (expected !== undefined) this.fail(`expected ${expected} at ${showIndex(index)}, got ${show(value)}`);
    this.array[this.#next++] = Number(value);
  }

  nested(data: unknown, index: readonly number[]): void {
    const size = this.shape[index.length];
    if (size === undefined) {
      this.push(data, index);
      return;
    }
    if (!Array.isArray(data) || data.length !== size) {
      this.fail(`expected a list of ${size} at ${showIndex(index)}, got ${show(data)}`);
    }
    for (const [i, item] of data.entries()) this.nested(item, [...index, i]);
  }

  flat(data: ArrayLike<unknown>): void {
    const { length } = this.array;
    if (data.length !== length) this.fail(`expected ${length} elements, got ${data.length}`);
    for (let i = 0; i < length; i++) this.push(data[i], [i]);
  }

  each(f: (index: readonly number[]) => unknown): void {
    const index = this.shape.map(() => 0);
    for (let i = 0; i < this.array.length; i++) {
      this.push(f(index), index);
      for (let axis = index.length - 1; axis >= 0; axis--) {
        const next = (index[axis] ?? 0) + 1;
        index[axis] = next === this.shape[axis] ? 0 : next;
        if (index[axis] !== 0) break;
      }
    }
  }

  fail(message: string): never {
    throw new TypeError(`${this.who}: shape ${showShape(this.shape)}: ${message}`);
  }
}

const isFlat = (data: unknown): data is ArrayLike<unknown> =>
  ArrayBuffer.isView(data) ? "length" in data : Array.isArray(data) && data.length > 0 && !data.some(Array.isArray);

function build(dtype: DType, shape: readonly number[], data: unknown): TensorValue {
  const who = `tensor.${dtype}`;
  for (const size of shape) {
    if (Number.isSafeInteger(size) && size >= 0) continue;
    throw new RangeError(`${who}: shape ${showShape(shape)}: expected whole sizes ≥ 0, got ${size}`);
  }
  const filler = new Filler(who, dtype, shape);
  // Cast: the type `Data` allows a function only as one of the index.
  if (typeof data === "function") filler.each(data as (index: readonly number[]) => unknown);
  else if (isFlat(data)) filler.flat(data);
  else if (Array.isArray(data)) filler.nested(data, []);
  else if (data !== undefined) filler.each(() => data);
  return shape.length === 0 ? Number(filler.array[0]) : filler.array;
}

/** 32-bit floats: zeros, or `data`. A scalar (shape `[]`) is a `number`, rounded to 32 bits. */
export function f32<const S extends readonly number[]>(shape: S, data?: Data<S>): ArrayOf<"f32", S> {
  return build("f32", shape, data) as ArrayOf<"f32", S>; // cast: `build` gives the dtype and the shape it is told
}

/** 64-bit floats: zeros, or `data`. A scalar (shape `[]`) is a `number`. */
export function f64<const S extends readonly number[]>(shape: S, data?: Data<S>): ArrayOf<"f64", S> {
  return build("f64", shape, data) as ArrayOf<"f64", S>; // cast: as in f32
}

/** 32-bit whole numbers: zeros, or `data`; a value with a fraction or beyond 32 bits is an error. */
export function i32<const S extends readonly number[]>(shape: S, data?: Data<S>): ArrayOf<"i32", S> {
  return build("i32", shape, data) as ArrayOf<"i32", S>; // cast: as in f32
}

/** Truth values, one byte each: false, or `data` of booleans, zeros and ones. */
export function bool<const S extends readonly number[]>(
  shape: S,
  data?: Data<S, boolean | number>,
): ArrayOf<"bool", S> {
  return build("bool", shape, data) as ArrayOf<"bool", S>; // cast: as in f32
}

/** A tree of zeros for a spec. Named dimensions take their values from `sizes`. */
export function zeros<const Spec extends SpecTree>(
  spec: Spec,
  options: { readonly sizes?: Sizes } = {},
): ArraysOf<Spec> {
  const made = tree.map<unknown, TensorValue>(spec, (leaf, path) => {
    if (!isTensorSpec(leaf)) throw new TypeError(`tensor.zeros: ${tree.showPath(path)} is no tensor spec`);
    const shape = shapeOf("tensor.zeros", tree.showPath(path), leaf, options.sizes);
    return shape.length === 0 ? 0 : storageOf(leaf.dtype, elementCount(shape));
  });
  return made as ArraysOf<Spec>; // cast: each leaf was made from the spec in its place
}

/** A tree of zeros with the form, dtypes and lengths of another; `number` leaves become 0. */
export function zerosLike<T>(values: T): T {
  const zero = (leaf: unknown, path: tree.Path): unknown => {
    if (typeof leaf === "number") return 0;
    if (leaf instanceof Float32Array) return new Float32Array(leaf.length);
    if (leaf instanceof Float64Array) return new Float64Array(leaf.length);
    if (leaf instanceof Int32Array) return new Int32Array(leaf.length);
    if (leaf instanceof Uint8Array) return new Uint8Array(leaf.length);
    throw new TypeError(
      `tensor.zerosLike: ${tree.showPath(path)} is ${show(leaf)}, expected a typed array or a number`,
    );
  };
  return tree.map(values, zero) as T; // cast: every leaf has its kind and length again
}
