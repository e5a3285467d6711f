/** Elements and axes repeated, or moved round: broadcasts, reshapes, slices. */
import { emit } from "../graph/emit.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { alignedAxes, publicFunction } from "../ops/define.js";
import {
  type ExpandFn,
  expandShape,
  type RepeatFn,
  type RollFn,
  repeatAxis,
  rollSteps,
  type Shifts,
  type TileFn,
  tileShape,
} from "../shape/repeat.js";
import { mulSize, type Size, subSize } from "../shape/size.js";
import type { AnyTensor, Dim } from "../shape/tensor.js";
import { part } from "./pad.js";

/**
 * `x` repeated along new leading axes and along axes of size 1; -1 keeps a size.
 *
 * @shapes x: [n…], shape: [m…] -> [m…]
 * @formula y[…, i] = x[i], and x[0] along an axis of size 1
 * @derivative dy[…, i] = dx[i]
 */
export const expand = publicFunction<ExpandFn>((x: AnyTensor, target: readonly Dim[]) => {
  const tensor = asTraced(x, "expand");
  const shape = expandShape(tensor.sizes, target);
  return emit("broadcastTo", [tensor], { shape, axes: alignedAxes(tensor.sizes.length, shape.length) });
});

/** Every axis that is repeated becomes two, the new one before or behind it, and then one again. */
function repeated(x: TracedTensor, repeats: readonly number[], side: "before" | "behind"): TracedTensor {
  if (repeats.every((count) => count === 1)) return x;
  const own: number[] = [];
  const split = x.sizes.flatMap((size, axis): readonly Size[] => {
    const count = repeats[axis] ?? 1;
    const at = own.length + own.reduce((sum, _, k) => sum + ((repeats[k] ?? 1) === 1 ? 0 : 1), 0);
    own.push(count === 1 || side === "behind" ? at : at + 1);
    if (count === 1) return [size];
    return side === "before" ? [count, size] : [size, count];
  });
  const wide = emit("broadcastTo", [x], { shape: split, axes: own });
  return emit("reshape", [wide], { shape: x.sizes.map((size, axis) => mulSize(size, repeats[axis] ?? 1)) });
}

/**
 * The whole tensor again and again, so many times along each axis.
 *
 * @shapes x: [n…], repeats: [r…] -> [n · r…]
 * @formula y[i] = x[i mod n]
 * @derivative dy[i] = dx[i mod n]
 */
export const tile = publicFunction<TileFn>((x: AnyTensor, repeats: readonly number[]) => {
  const tensor = asTraced(x, "tile");
  tileShape(tensor.sizes, repeats);
  return repeated(tensor, repeats, "before");
});

/**
 * Each element of an axis `count` times in a row.
 *
 * @shapes x: [..., n, ...] -> [..., n · count, ...]
 * @formula y[i] = x[⌊i / count⌋]
 * @derivative dy[i] = dx[⌊i / count⌋]
 */
export const repeat = publicFunction<RepeatFn>((x: AnyTensor, count: number, axis: number) => {
  const tensor = asTraced(x, "repeat");
  const index = repeatAxis(tensor.sizes, count, axis);
  return repeated(
    tensor,
    tensor.sizes.map((_, at) => (at === index ? count : 1)),
    "behind",
  );
});

/** The last `shift` elements of an axis come first; a negative shift is one from the other end. */
function rolled(x: TracedTensor, axis: number, shift: number): TracedTensor {
  const size = x.sizes[axis] ?? 0;
  const by = typeof size === "number" && size > 0 ? ((shift % size) + size) % size : shift;
  if (by === 0 || size === 0) return x;
  const first: Size = by > 0 ? subSize(size, by) : -by;
  return emit("concat", [part(x, axis, first, subSize(size, first)), part(x, axis, 0, first)], { axis });
}

/**
 * The elements moved on by `shifts` along `axes` (one of each, or lists of equal length), what leaves at one end coming in
 * at the other.
 *
 * @shapes x: [...] -> [...]
 * @formula y[i] = x[(i - shift) mod n]
 * @derivative dy[i] = dx[(i - shift) mod n]
 * @conventions Along a named dimension the shift must not be longer than the axis; the call checks it.
 */
export const roll = publicFunction<RollFn>((x: AnyTensor, shifts: Shifts, axes: Shifts) => {
  const tensor = asTraced(x, "roll");
  return rollSteps(tensor.sizes, shifts, axes).reduce((y, { axis, shift }) => rolled(y, axis, shift), tensor);
});
