/** Shape and index ops of the fixtures' vocabulary in the DSL. */
import {
  broadcastTo,
  concat,
  diag,
  diagonal,
  eye,
  flip,
  pad,
  permute,
  reshape,
  roll,
  sliceBox,
  split,
  stack,
  tile,
  tril,
  triu,
} from "@tapeless/types";
import { type Call, type Float, sizesOf, Unsupported, type Vocabulary } from "./call.js";

/** A bound as NumPy means it: negative ones count from the end, and none lies outside the axis. */
const clamped = (bound: number, size: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);

/** x[start:stop:step] on every axis. */
function box(call: Call): Float {
  const x = call.float(0);
  const [start, stop, step] = [call.numbers("start"), call.numbers("stop"), call.numbers("step")];
  const sizes = sizesOf(x);
  const from = sizes.map((size, axis) => clamped(start[axis] ?? 0, size));
  const to = sizes.map((size, axis) => Math.max(from[axis] ?? 0, clamped(stop[axis] ?? size, size)));
  return sliceBox(x, from, to, step);
}

const modes = ["constant", "reflect", "edge"] as const;

function frame(call: Call): Float {
  const mode = modes.find((each) => each === call.attrs.mode);
  if (mode === undefined) throw new Unsupported(`pad with mode ${String(call.attrs.mode)}`);
  const padding = call.attrs.padding;
  if (!Array.isArray(padding)) throw new Error("pad: attr padding is no list");
  const pairs = padding as readonly (readonly [number, number])[]; // [before, after] per axis, says the vocabulary
  return pad(call.float(0), pairs, { mode, value: mode === "constant" ? call.number("value") : 0 });
}

export const shape: Vocabulary = {
  reshape: (call) => reshape(call.float(0), call.numbers("shape")),
  broadcastTo: (call) => broadcastTo(call.float(0), call.numbers("shape")),
  transpose: (call) => permute(call.float(0), call.numbers("perm")),
  concat: (call) => concat(call.floats(), call.number("axis")),
  stack: (call) => stack(call.floats(), call.number("axis")),
  split: (call) => split(call.float(0), call.numbers("sizes"), call.number("axis")),
  slice: box,
  pad: frame,
  flip: (call) => flip(call.float(0), call.numbers("axes")),
  roll: (call) => roll(call.float(0), call.numbers("shifts"), call.numbers("axes")),
  tile: (call) => tile(call.float(0), call.numbers("repeats")),
  eye: (call) => eye(call.number("n"), call.floatType),
  diag: (call) => diag(call.float(0), call.number("k")),
  diagonal: (call) => diagonal(call.float(0), call.number("k")),
  tril: (call) => tril(call.float(0), call.number("k")),
  triu: (call) => triu(call.float(0), call.number("k")),
};
