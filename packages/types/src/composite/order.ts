/**
 * Order along an axis. `argsort` is a merge sort written as loops; everything else takes elements at the indices it
 * gives, so derivatives go back through the permutation, and of the order itself there is none.
 *
 * Invariant: stable; NaN counts as larger than any number.
 */
import { vocabulary } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { takenDType } from "../shape/dtypes.js";
import {
  type ArgSortFn,
  type SortFn,
  type SortOptions,
  sortAxis,
  type TopKFn,
  type TopKOptions,
  topKAxis,
} from "../shape/order.js";
import type { Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { axisBack, axisFirst } from "./along.js";
import { isNumber } from "./is-number.js";

/** Whether `a` stands strictly before `b`. */
type Before = (a: Value, b: Value) => Value;

function before(o: Vocabulary, { dtype }: Value, descending: boolean): Before {
  const nanLast: Before = (a, b) =>
    o.logicalOr(o.less(a, b), o.logicalAnd(isNumber(o, a), o.logicalNot(isNumber(o, b))));
  const ascends: Before = dtype === "i32" ? (a, b) => o.less(a, b) : nanLast;
  return descending ? (a, b) => ascends(b, a) : ascends;
}

/** Runs are merged in pairs, and are twice as long after it. Until they are as long as any axis can be, if it has a name. */
const levels = (size: Size): number => (typeof size === "number" ? Math.ceil(Math.log2(Math.max(size, 1))) : 31);

/** What a merge works on; the sorted axis is the first one. */
interface Merge {
  readonly keys: Value;
  /** Positions of the keys, in order within each run. */
  readonly order: Value;
  /** Length of a run. */
  readonly width: Value;
  readonly before: Before;
}

/** The elements at one position of each row. */
function at(o: Vocabulary, x: Value, position: Value): Value {
  const shape = position.sizes;
  return o.reshape(o.takeAlongAxis(x, o.reshape(position, { shape: [1, ...shape] }), { axis: 0 }), { shape });
}

/**
 * Merges neighbouring runs: one step gives one position of the result. It takes the next of the left run unless that is
 * used up, or the next of the right one stands before it. Row by row `taken` counts those from the left.
 */
function mergeRuns(o: Vocabulary, { keys, order, width, before: isBefore }: Merge): TracedTensor {
  const [length = 0, ...rows] = keys.sizes;
  const spread = (x: Value | number): Value => o.broadcastTo(x, { shape: rows, axes: [], dtype: "i32" });
  const scalar = (value: number): Value => o.broadcastTo(value, { shape: [], axes: [], dtype: "i32" });
  const size = typeof length === "number" ? length : o.sizeOf({ size: length, shape: rows });
  const carry = [scalar(0), scalar(0), spread(0)];
  const { stacked } = loop(
    { length, carry, along: [], names: ["step", "start", "taken"] },
    ([step, first, counted]) => {
      if (step === undefined || first === undefined || counted === undefined) throw new Error("bug: three carries");
      const isNext = o.greaterEqual(o.sub(o.sub(step, first), width), width);
      const start = o.where(isNext, step, first);
      const taken = o.where(o.broadcastTo(isNext, { shape: rows, axes: [] }), 0, counted);
      const fromRight = o.sub(spread(o.sub(step, start)), taken);
      const left = o.add(spread(start), taken);
      const right = o.add(spread(o.add(start, width)), fromRight);
      const isThere = (count: Value, place: Value): Value =>
        o.logicalAnd(o.less(count, spread(width)), o.less(place, size));
      const [one, other] = [at(o, order, left), at(o, order, right)];
      const isRightFirst = o.logicalAnd(isThere(fromRight, right), isBefore(at(o, keys, other), at(o, keys, one)));
      const isLeft = o.logicalAnd(isThere(taken, left), o.logicalNot(isRightFirst));
      return {
        carry: [o.add(step, 1), start, o.add(taken, o.cast(isLeft, { dtype: "i32" }))].map((x) =>
          asTraced(x, "argsort"),
        ),
        stacked: [asTraced(o.where(isLeft, one, other), "argsort")],
      };
    },
  );
  return stacked[0] ?? asTraced(order, "argsort");
}

/** The positions along the first axis in the order of their elements. */
function mergeSort(o: Vocabulary, keys: Value, isBefore: Before): Value {
  const order = o.iota({ shape: keys.sizes, axis: 0 });
  const carry = [order, o.broadcastTo(1, { shape: [], axes: [], dtype: "i32" })];
  const spec = { length: levels(keys.sizes[0] ?? 1), carry, along: [], names: ["order", "width"] };
  const merged = loop(spec, ([runs, width]) => {
    if (runs === undefined || width === undefined) throw new Error("bug: two carries");
    const next = mergeRuns(o, { keys, order: runs, width, before: isBefore });
    return { carry: [next, asTraced(o.add(width, width), "argsort")], stacked: [] };
  });
  return merged.carry[0] ?? order;
}

/** The positions along an axis in the order of their elements. */
function orderOf(x: Value, axis: number, descending: boolean): Value {
  const o = vocabulary();
  return axisBack(mergeSort(o, axisFirst(o.stopGradient(x), axis), before(o, x, descending)), axis);
}

/** The elements along an axis in order; the derivative goes back through the permutation. */
export const sorted = (x: Value, axis: number, descending = false): Value =>
  vocabulary().takeAlongAxis(x, orderOf(x, axis, descending), { axis });

/**
 * The indices along an axis (the last when left out) that put its elements in order: `takeAlongAxis` of them is `sort`.
 *
 * @shapes x: [...] -> i32 [...]
 * @formula y = the permutation for which x[y₀] ≤ x[y₁] ≤ …
 * @derivative none: indices
 * @conventions stable: equal elements keep their order, also when descending; NaN counts as larger than any number
 */
export const argsort = publicFunction<ArgSortFn>((x: AnyTensor, axis?: number, options: SortOptions = {}) => {
  const tensor = asTraced(x, "argsort");
  takenDType("argsort", "numeric", tensor.dtype);
  return orderOf(tensor, sortAxis("argsort", tensor.sizes, axis), options.descending === true);
});

/**
 * The elements along an axis (the last when left out) in order, ascending unless `{ descending: true }`.
 *
 * @shapes x: [...] -> [...]
 * @formula y₀ ≤ y₁ ≤ …, the elements of x
 * @derivative dyₖ = dx[argsort(x)ₖ]: it goes back through the permutation
 * @conventions stable: of equal elements the first in x gets the first derivative; NaN counts as larger than any number
 */
export const sort = publicFunction<SortFn>((x: AnyTensor, axis?: number, options: SortOptions = {}) => {
  const tensor = asTraced(x, "sort");
  takenDType("sort", "numeric", tensor.dtype);
  const at = sortAxis("sort", tensor.sizes, axis);
  return sorted(tensor, at, options.descending === true);
});

/**
 * The `k` largest elements along an axis (the last when left out), best first, and their indices; the smallest with
 * `{ largest: false }`.
 *
 * @shapes x: [..., n, ...] -> values [..., k, ...], indices i32 [..., k, ...]
 * @formula values = x[indices], values₀ ≥ values₁ ≥ … ≥ all others
 * @derivative dvaluesⱼ = dx[indicesⱼ]
 * @conventions of equal elements the first comes first; NaN counts as larger than any number
 */
export const topK = publicFunction<TopKFn>((x: AnyTensor, k: number, axis?: number, options: TopKOptions = {}) => {
  const tensor = asTraced(x, "topK");
  takenDType("topK", "numeric", tensor.dtype);
  const at = topKAxis(tensor.sizes, k, axis);
  const o = vocabulary();
  const order = orderOf(tensor, at, options.largest !== false);
  const indices = o.slice(order, { start: order.sizes.map(() => 0), shape: order.sizes.with(at, k) });
  return { values: o.takeAlongAxis(tensor, indices, { axis: at }), indices };
});
