/** Shape and index ops of the fixtures' vocabulary in the DSL. */
import { broadcastTo, concat, gather, pad, permute, reshape, slice, stack } from "@tapeless/types";
import { type Build, type Call, type Float, sizesOf, Unsupported, type Vocabulary } from "./call.js";

/** A bound as NumPy means it: negative ones count from the end, and none lies outside the axis. */
const clamped = (bound: number, size: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);

/** x[start:stop] on every axis. */
function box(call: Call): Float {
  const [start, stop] = [call.numbers("start"), call.numbers("stop")];
  if (call.numbers("step").some((step) => step !== 1)) throw new Unsupported("slice with a step");
  return sizesOf(call.float(0)).reduce<Float>((x, size, axis) => {
    const [from, to] = [clamped(start[axis] ?? 0, size), clamped(stop[axis] ?? size, size)];
    return from === 0 && to === size ? x : slice(x, axis, from, Math.max(from, to));
  }, call.float(0));
}

function frame(call: Call): Float {
  call.only("mode", "constant");
  const padding = call.attrs.padding;
  if (!Array.isArray(padding)) throw new Error("pad: attr padding is no list");
  return padding.reduce<Float>((x, pair: readonly [number, number], axis) => {
    const [before, after] = pair; // [before, after] per axis, says the vocabulary
    return before === 0 && after === 0 ? x : pad(x, axis, before, after, call.number("value"));
  }, call.float(0));
}

/** Consecutive pieces of an axis. */
function pieces(call: Call): readonly Float[] {
  const [x, axis] = [call.float(0), call.number("axis")];
  let start = 0;
  return call.numbers("sizes").map((size) => {
    const piece = slice(x, axis, start, start + size);
    start += size;
    return piece;
  });
}

/** Rows of an axis: it is brought to the front, where `gather` picks, and back. */
const rowsOfAxis: Build = (call) => {
  const x = call.float(0);
  const rank = x.shape.length;
  const axis = (call.number("axis") + rank) % rank;
  const others = x.shape.map((_, k) => k).filter((k) => k !== axis);
  const front = [axis, ...others];
  return permute(
    gather(permute(x, front), call.index(1)),
    front.map((_, k) => front.indexOf(k)),
  );
};

export const shape: Vocabulary = {
  reshape: (call) => reshape(call.float(0), call.numbers("shape")),
  broadcastTo: (call) => broadcastTo(call.float(0), call.numbers("shape")),
  transpose: (call) => permute(call.float(0), call.numbers("perm")),
  concat: (call) => concat(call.floats(), call.number("axis")),
  stack: (call) => stack(call.floats(), call.number("axis")),
  split: pieces,
  slice: box,
  pad: frame,
  indexSelect: rowsOfAxis,
  embedding: (call) => gather(call.float(0), call.index(1)),
};
