/** A frame around a tensor: constant, mirrored, or the border repeated. The last two are slices, joined. */
import { emit } from "../graph/emit.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { afterOf, beforeOf, type Padding, type PadFn, type PadMode, padShape } from "../shape/pad.js";
import { addSize, mulSize, type Size, subSize } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";

/** `count` elements of one axis from `from` on. */
export function part(x: TracedTensor, axis: number, from: Size, count: Size): TracedTensor {
  const start: readonly Size[] = x.sizes.map((_, at) => (at === axis ? from : 0));
  return emit("slice", [x], { start, shape: x.sizes.with(axis, count) });
}

/** The elements next to the border, in reverse. */
const mirrored = (x: TracedTensor, axis: number, from: Size, count: number): TracedTensor =>
  emit("flip", [part(x, axis, from, count)], { axes: [axis] });

/** One element of the axis, again and again. */
const held = (x: TracedTensor, axis: number, at: Size, count: number): TracedTensor =>
  emit("broadcastTo", [part(x, axis, at, 1)], { shape: x.sizes.with(axis, count), axes: [...x.sizes.keys()] });

type Sides = (x: TracedTensor, axis: number, before: number, after: number) => readonly TracedTensor[];

const sides: Readonly<Record<Exclude<PadMode, "constant">, Sides>> = {
  reflect: (x, axis, before, after) => {
    const last = subSize(x.sizes[axis] ?? 0, 1);
    return [mirrored(x, axis, 1, before), mirrored(x, axis, addSize(last, mulSize(-1, after)), after)];
  },
  edge: (x, axis, before, after) => {
    const last = subSize(x.sizes[axis] ?? 0, 1);
    return [held(x, axis, 0, before), held(x, axis, last, after)];
  },
};

/** One axis with what a mode puts at its sides. */
function extended(x: TracedTensor, axis: number, frame: Padding, mode: Exclude<PadMode, "constant">): TracedTensor {
  const [before, after] = [beforeOf(frame), afterOf(frame)];
  if (before === 0 && after === 0) return x;
  const [head, tail] = sides[mode](x, axis, before, after);
  const parts = [...(before > 0 && head ? [head] : []), x, ...(after > 0 && tail ? [tail] : [])];
  return emit("concat", parts, { axis });
}

/** A constant frame; nothing at all where it is empty. */
export function framed(x: TracedTensor, padding: readonly Padding[], value = 0): TracedTensor {
  const [before, after] = [padding.map(beforeOf), padding.map(afterOf)];
  return [...before, ...after].every((count) => count === 0) ? x : emit("pad", [x], { before, after, value });
}

interface PadOptions {
  readonly mode?: PadMode;
  readonly value?: number;
}

/**
 * More elements before and after those of every axis: for each axis a number for both sides or `[before, after]`. The
 * frame holds one value (`mode: "constant"`, 0 unless `value` says otherwise), the elements mirrored at the border without
 * repeating it (`"reflect"`), or the border itself (`"edge"`).
 *
 * @shapes x: [n…], padding: [[before, after]…] -> [before + n + after…]
 * @formula y[i] = x[i - before] inside; outside the value, x[before - i], or x[0] (and alike behind the last element)
 * @derivative dy[i] = dx[i - before] inside; outside that of the element that stands there, 0 for a constant
 */
export const pad = publicFunction<PadFn>(
  (x: AnyTensor, padding: readonly Padding[], { mode = "constant", value = 0 }: PadOptions = {}) => {
    const tensor = asTraced(x, "pad");
    padShape(tensor.sizes, padding, mode);
    if (mode === "constant") return framed(tensor, padding, value);
    return padding.reduce<TracedTensor>((y, frame, axis) => extended(y, axis, frame, mode), tensor);
  },
);
