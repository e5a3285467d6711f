/**
 * Minibatches: rows of a tree of arrays, in order or shuffled.
 *
 * Invariant: an epoch shows every row once (but for the rest that `dropLast` leaves out), in an order that depends on
 * key and epoch number alone. A batch lives in buffers that the next one overwrites: copy what you keep.
 */
import type { Bool, Dims, F32, F64, I32 } from "./brand.js";
import { permutation } from "./random/draw.js";
import { foldIn, type Key } from "./random/key.js";
import * as tree from "./tree.js";

type RowsOf<S extends Dims> = S extends readonly [number, ...infer Row extends Dims] ? [batch: number, ...Row] : Dims;

/** The tree of a batch: the leading axis of every array becomes `number`. */
export type BatchOf<T> =
  T extends F32<infer S>
    ? F32<RowsOf<S>>
    : T extends F64<infer S>
      ? F64<RowsOf<S>>
      : T extends I32<infer S>
        ? I32<RowsOf<S>>
        : T extends Bool<infer S>
          ? Bool<RowsOf<S>>
          : { -readonly [name in keyof T]: BatchOf<T[name]> };

export interface BatchOptions {
  /** Rows in a batch. */
  readonly size: number;
  /** Rows in the data. Arrays are flat, so that their lengths alone do not tell. */
  readonly rows: number;
  /** The key of the order; needed to shuffle. */
  readonly key?: Key;
  /** Whether rows come in random order, another one each epoch; default: yes if there is a key. */
  readonly shuffle?: boolean;
  /** Whether a last batch with fewer rows is left out; default: no, it comes with shorter arrays. */
  readonly dropLast?: boolean;
}

/** Batches of some data. `for … of` walks the next epoch each time, from 0 on; `epoch(n)` walks the one you name. */
export interface Batches<T> extends Iterable<BatchOf<T>> {
  /** Batches in an epoch. */
  readonly length: number;
  readonly epoch: (n: number) => Iterable<BatchOf<T>>;
}

type Column = Float32Array | Float64Array | Int32Array | Uint8Array;

/** An array of the data, and the buffer that its batches live in. */
interface Source {
  readonly data: Column;
  readonly buffer: Column;
  readonly width: number;
}

const isColumn = (value: unknown): value is Column =>
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array;

function bufferLike(data: Column, length: number): Column {
  if (data instanceof Float32Array) return new Float32Array(length);
  if (data instanceof Float64Array) return new Float64Array(length);
  return data instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
}

function checkOptions({ size, rows, key, shuffle }: BatchOptions): void {
  const natural = (name: string, value: number): void => {
    if (Number.isSafeInteger(value) && value >= 1) return;
    throw new RangeError(`batches: expected a whole number ≥ 1 as ${name}, got ${value}`);
  };
  natural("size", size);
  natural("rows", rows);
  if (shuffle === true && key === undefined)
    throw new TypeError("batches: to shuffle, pass a key, as in random.key(0)");
}

function sourceOf(leaf: unknown, path: tree.Path, { size, rows }: BatchOptions): Source {
  const name = tree.showPath(path);
  if (!isColumn(leaf)) throw new TypeError(`batches: ${name} is ${String(leaf)}, expected a typed array`);
  if (leaf.length === 0 || leaf.length % rows !== 0) {
    throw new RangeError(`batches: ${name} has ${leaf.length} elements, expected a multiple of the ${rows} rows`);
  }
  const width = leaf.length / rows;
  return { data: leaf, buffer: bufferLike(leaf, Math.min(size, rows) * width), width };
}

function copyRow({ data, buffer, width }: Source, from: number, to: number): void {
  if (width === 1) buffer[to] = data[from] ?? 0;
  else buffer.set(data.subarray(from * width, (from + 1) * width), to * width);
}

/** The first `count` rows of the buffers, in the form of the data; sources are in the order of its leaves. */
function batchOf<T>(data: T, sources: readonly Source[], count: number): BatchOf<T> {
  let next = 0;
  const rows = tree.map<unknown, unknown>(data, () => {
    const source = sources[next++];
    return source?.buffer.subarray(0, count * source.width);
  });
  return rows as BatchOf<T>; // cast: every leaf is replaced by its like, shorter along the leading axis
}

/**
 * Cuts a tree of arrays, all with the same number of rows on their leading axis, into batches of `size` rows.
 *
 * The arrays of a batch are buffers that every batch of this object reuses: nothing is allocated per element, and what
 * is to outlive the step must be copied. So do not walk two epochs of one object at the same time.
 *
 * ```ts
 * const data = batches({ x, label }, { size: 128, rows: label.length, key: random.key(1) });
 * for (let epoch = 0; epoch < 10; epoch++) for (const { x, label } of data) …
 * ```
 */
export function batches<T extends object>(data: T, options: BatchOptions): Batches<T> {
  checkOptions(options);
  const { size, rows, key, shuffle = key !== undefined, dropLast = false } = options;
  const sources = tree.leaves<unknown>(data).map(({ leaf, path }) => sourceOf(leaf, path, options));
  const length = dropLast ? Math.floor(rows / size) : Math.ceil(rows / size);
  function* epoch(n: number): Generator<BatchOf<T>> {
    const order = shuffle && key !== undefined ? permutation(foldIn(key, n), rows) : undefined;
    for (let b = 0; b < length; b++) {
      const start = b * size;
      const count = Math.min(size, rows - start);
      for (const source of sources) {
        for (let row = 0; row < count; row++) copyRow(source, order?.[start + row] ?? start + row, row);
      }
      yield batchOf(data, sources, count);
    }
  }
  let next = 0;
  return { length, epoch, [Symbol.iterator]: () => epoch(next++)[Symbol.iterator]() };
}
