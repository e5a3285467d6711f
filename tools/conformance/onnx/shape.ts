/** ONNX operators that move elements. Shapes, axes and counts are numbers of the model. */
import * as dsl from "@tapeless/types";
import {
  allAxes,
  axesOf,
  axisOf,
  countOf,
  type Float,
  type NodeCall,
  type OnnxBuild,
  type OnnxVocabulary,
  sizesOf,
  Unsupported,
} from "./call.js";
import type { onnxDTypes } from "./model.js";

/** 0 keeps the size (unless zeros are allowed), -1 is what is left. */
function reshape(call: NodeCall): ReturnType<OnnxBuild> {
  const from = call.sizes(0);
  const keep = !call.flag("allowzero");
  const shape = call.known(1).map((size, axis) => (size === 0 && keep ? (from[axis] ?? 0) : size));
  const rest = countOf(from) / countOf(shape.filter((size) => size !== -1));
  return dsl.reshape(
    call.float(0),
    shape.map((size) => (size === -1 ? rest : size)),
  );
}

/** Two axes: those before `axis`, and the others. */
function flatten(call: NodeCall): ReturnType<OnnxBuild> {
  const [sizes, axis] = [call.sizes(0), axisOf(call.number("axis", 1), call.rank(0))];
  return dsl.reshape(call.float(0), [countOf(sizes.slice(0, axis)), countOf(sizes.slice(axis))]);
}

function squeeze(call: NodeCall): ReturnType<OnnxBuild> {
  const sizes = call.sizes(0);
  const axes = axesOf(call.knownOr(1, call.numbers("axes", [])), sizes.length);
  const dropped = axes.length > 0 ? axes : allAxes(sizes.length).filter((axis) => sizes[axis] === 1);
  return dsl.reshape(
    call.float(0),
    sizes.filter((_, axis) => !dropped.includes(axis)),
  );
}

/** The axes are those of the result. */
function unsqueeze(call: NodeCall): ReturnType<OnnxBuild> {
  const sizes = call.sizes(0);
  const given = call.knownOr(1, call.numbers("axes", []));
  const added = new Set(axesOf(given, sizes.length + given.length));
  const rest = sizes[Symbol.iterator]();
  const shape = allAxes(sizes.length + given.length).map((axis) => (added.has(axis) ? 1 : (rest.next().value ?? 1)));
  return dsl.reshape(call.float(0), shape);
}

/** A bound as ONNX means it: clamped into the axis; a negative step stops before its first element at -1. */
function clamped(bound: number, size: number, step: number): number {
  const from = bound < 0 ? bound + size : bound;
  return step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, -1), size - 1);
}

/** Every `step`-th element of an axis from `start`; backward where the step is negative. */
function strided(x: Float, axis: number, start: number, end: number, step: number): Float {
  const size = sizesOf(x)[axis] ?? 0;
  if (step > 0) {
    const [from, to] = [clamped(start, size, step), clamped(end, size, step)];
    return dsl.slice(x, axis, from, Math.max(from, to), step);
  }
  // The same elements in the axis turned round, where element i is element size - 1 - i.
  const [from, to] = [size - 1 - clamped(start, size, step), size - 1 - clamped(end, size, step)];
  return dsl.slice(dsl.flip(x, axis), axis, from, Math.max(from, to), -step);
}

function slice(call: NodeCall): ReturnType<OnnxBuild> {
  const [starts, ends] = [call.known(1), call.known(2)];
  const axes = axesOf(
    call.knownOr(
      3,
      starts.map((_, k) => k),
    ),
    call.rank(0),
  );
  const steps = call.knownOr(
    4,
    starts.map(() => 1),
  );
  return axes.reduce((x, axis, k) => strided(x, axis, starts[k] ?? 0, ends[k] ?? 0, steps[k] ?? 1), call.float(0));
}

/** Equal parts, the last one smaller where it must be, or parts of the given sizes. */
function split(call: NodeCall): ReturnType<OnnxBuild> {
  const axis = axisOf(call.number("axis", 0), call.rank(0));
  const size = call.sizes(0)[axis] ?? 0;
  const count = call.number("num_outputs", call.node.outputs.length);
  const each = Math.ceil(size / count);
  const equal = Array.from({ length: count }, (_, k) => Math.min(each, size - k * each));
  return dsl.split(call.float(0), call.knownOr(1, equal), axis);
}

const padModes = { constant: "constant", reflect: "reflect", edge: "edge" } as const;

/** Frames of each axis: first all that go before, then all that go behind. */
function pad(call: NodeCall): ReturnType<OnnxBuild> {
  const rank = call.rank(0);
  const pads = call.knownOr(1, call.numbers("pads", []));
  const axes = axesOf(call.knownOr(3, allAxes(rank)), rank);
  const padding = allAxes(rank).map((axis): readonly [number, number] => {
    const k = axes.indexOf(axis);
    return k < 0 ? [0, 0] : [pads[k] ?? 0, pads[k + axes.length] ?? 0];
  });
  const mode = Object.values(padModes).find((known) => known === call.text("mode", "constant"));
  if (mode === undefined || padding.flat().some((size) => size < 0)) throw new Unsupported("Pad of this kind");
  return dsl.pad(call.float(0), padding, { mode, value: call.has(2) ? call.scalar(2) : 0 });
}

/** Broadcast both ways: a size of 1 in the shape asks for nothing. */
function expand(call: NodeCall): ReturnType<OnnxBuild> {
  const [from, to] = [call.sizes(0), call.known(1)];
  const rank = Math.max(from.length, to.length);
  const at = (sizes: readonly number[], axis: number): number => sizes[axis - rank + sizes.length] ?? 1;
  const shape = allAxes(rank).map((axis) => (at(to, axis) === 1 ? at(from, axis) : at(to, axis)));
  return dsl.broadcastTo(call.float(0), shape);
}

/** The numbers of ONNX's data types. */
const dtypeOf: Readonly<Record<number, (typeof onnxDTypes)[keyof typeof onnxDTypes]>> = {
  1: "f32",
  6: "i32",
  7: "i32",
  9: "bool",
  11: "f64",
};

function eyeLike(call: NodeCall): ReturnType<OnnxBuild> {
  const [rows = 0, columns = 0] = call.sizes(0);
  const asked = call.node.attrs.dtype === undefined ? call.tensor(0).dtype : dtypeOf[call.number("dtype", 1)];
  if (asked === undefined) throw new Unsupported("EyeLike of this dtype");
  return dsl.eye([rows, columns], asked, call.number("k", 0));
}

/** from, from + delta, … below the limit. */
function range(call: NodeCall): ReturnType<OnnxBuild> {
  const [start, limit, delta] = [call.scalar(0), call.scalar(1), call.scalar(2)];
  const dtype = call.tensor(0).dtype;
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  const steps = dsl.arange(0, count, 1, dtype === "bool" ? "i32" : dtype);
  return dsl.add(start, dsl.mul(delta, steps as Float)); // any dtype that counts
}

export const shape: OnnxVocabulary = {
  Concat: (call) => dsl.concat(call.floats(), call.number("axis", 0)),
  DepthToSpace: (call) =>
    dsl.depthToSpace(call.float(0), call.number("blocksize", 1), {
      order: call.text("mode", "DCR") === "CRD" ? "crd" : "dcr",
    }),
  Expand: expand,
  EyeLike: eyeLike,
  Flatten: flatten,
  Pad: pad,
  Range: range,
  Reshape: reshape,
  Slice: slice,
  SpaceToDepth: (call) => dsl.spaceToDepth(call.float(0), call.number("blocksize", 1)),
  Split: split,
  Squeeze: squeeze,
  Tile: (call) => dsl.tile(call.float(0), call.known(1)),
  Transpose: (call) => dsl.transpose(call.float(0), call.numbers("perm", allAxes(call.rank(0)).toReversed())),
  Unsqueeze: unsqueeze,
};
