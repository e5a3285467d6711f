/** ONNX operators that pick and place elements by index. Negative indices count from the end. */
import * as dsl from "@tapeless/types";
import type { Index } from "../vocabulary/call.js";
import {
  allAxes,
  axisOf,
  countOf,
  type Float,
  like,
  type NodeCall,
  type OnnxBuild,
  type OnnxVocabulary,
  sizesOf,
  Unsupported,
} from "./call.js";
import { lastAxisAt } from "./reduce.js";

/** Indices counted from the front. */
const fromFront = (indices: Index, size: number): Index =>
  dsl.where(dsl.less(indices, 0), dsl.add(indices, size), indices);

function gather(call: NodeCall): ReturnType<OnnxBuild> {
  const axis = axisOf(call.number("axis", 0), call.rank(0));
  return dsl.take(call.float(0), fromFront(call.index(1), call.sizes(0)[axis] ?? 0), axis);
}

function gatherElements(call: NodeCall): ReturnType<OnnxBuild> {
  const axis = axisOf(call.number("axis", 0), call.rank(0));
  return dsl.takeAlongAxis(call.float(0), fromFront(call.index(1), call.sizes(0)[axis] ?? 0), axis);
}

/** Tuples of indices along the last axis, as positions among the rows of a tensor whose first axes are made one. */
function rowNumbers(indices: Index, sizes: readonly number[]): Index {
  const tuple = sizesOf(indices).at(-1) ?? 0;
  const parts = Array.from({ length: tuple }, (_, k) => {
    const part = dsl.squeeze(dsl.slice(indices, -1, k, k + 1), -1) as Index; // what is sliced has its dtype
    return dsl.mul(fromFront(part, sizes[k] ?? 0), countOf(sizes.slice(k + 1, tuple)));
  });
  return parts.reduce((sum, part) => dsl.add(sum, part));
}

/** The tensor as rows for tuples of a length. */
const asRows = (x: Float, tuple: number): Float => {
  const sizes = sizesOf(x);
  return dsl.reshape(x, [countOf(sizes.slice(0, tuple)), ...sizes.slice(tuple)]);
};

/** The axes before `batch` are walked along with those of the indices. */
function gatherND(call: NodeCall): ReturnType<OnnxBuild> {
  const batch = call.number("batch_dims", 0);
  if (batch !== 0) throw new Unsupported("GatherND with batch_dims");
  const tuple = call.sizes(1).at(-1) ?? 0;
  return dsl.gather(asRows(call.float(0), tuple), rowNumbers(call.index(1), call.sizes(0)));
}

type Update = (x: Float, update: Float) => Float;

const updates: Readonly<Record<string, Update>> = {
  none: (_, update) => update,
  add: (x, update) => dsl.add(x, update),
  mul: (x, update) => dsl.mul(x, update),
  max: (x, update) => dsl.maximum(x, update),
  min: (x, update) => dsl.minimum(x, update),
};

function updateOf(call: NodeCall): Update {
  const update = updates[call.text("reduction", "none")];
  if (update === undefined) throw new Unsupported(`${call.node.op} with this reduction`);
  return update;
}

/** Sizes of 1 but along one axis. */
const along = (axis: number, rank: number, size: number): readonly number[] =>
  allAxes(rank).map((each) => (each === axis ? size : 1));

/** One update after the other: those at the same index meet in their order. */
function scatterElements(call: NodeCall): ReturnType<OnnxBuild> {
  const [x, changes] = [call.float(0), call.float(2)];
  const axis = axisOf(call.number("axis", 0), call.rank(0));
  const size = call.sizes(0)[axis] ?? 0;
  const indices = fromFront(call.index(1), size);
  const reduction = call.text("reduction", "none");
  if (reduction === "none") return dsl.putAlongAxis(x, indices, changes, axis);
  if (reduction === "add") return dsl.addAlongAxis(x, indices, changes, axis);
  const update = updateOf(call);
  const place = dsl.reshape(dsl.arange(0, size), along(axis, call.rank(0), size));
  return allAxes(call.sizes(1)[axis] ?? 0).reduce((sum, k) => {
    const hit = dsl.equal(place, dsl.slice(indices, axis, k, k + 1) as Index); // what is sliced has its dtype
    return dsl.where(hit, update(sum, dsl.slice(changes, axis, k, k + 1)), sum);
  }, x);
}

function scatterND(call: NodeCall): ReturnType<OnnxBuild> {
  const sizes = call.sizes(0);
  const tuple = call.sizes(1).at(-1) ?? 0;
  const rows = asRows(call.float(0), tuple);
  const [count = 0, ...row] = sizesOf(rows);
  const changes = countOf(call.sizes(1).slice(0, -1));
  const numbers = dsl.reshape(rowNumbers(call.index(1), sizes), [changes]);
  const given = dsl.reshape(call.float(2), [changes, ...row]);
  if (call.text("reduction", "none") === "add") return dsl.reshape(dsl.scatterAdd(rows, numbers, given), sizes);
  const update = updateOf(call);
  const place = dsl.reshape(dsl.arange(0, count), along(0, 1 + row.length, count));
  const result = allAxes(changes).reduce((sum, k) => {
    const number = dsl.reshape(dsl.slice(numbers, 0, k, k + 1), along(0, 1 + row.length, 1)) as Index; // as sliced
    return dsl.where(dsl.equal(place, number), update(sum, dsl.slice(given, 0, k, k + 1)), sum);
  }, rows);
  return dsl.reshape(result, sizes);
}

/** The slices for which the condition holds; it is part of the model, for it decides about the shape. */
function compress(call: NodeCall): ReturnType<OnnxBuild> {
  const whole = call.node.attrs.axis === undefined;
  const x = whole ? dsl.reshape(call.float(0), [countOf(call.sizes(0))]) : call.float(0);
  const axis = whole ? 0 : axisOf(call.number("axis", 0), call.rank(0));
  const kept = call.known(1).flatMap((holds, at) => (holds === 0 ? [] : [at]));
  return dsl.concat(
    kept.map((at) => dsl.slice(x, axis, at, at + 1)),
    axis,
  );
}

/** The two values, off and on; an index outside -depth … depth - 1 is on nowhere. */
function oneHot(call: NodeCall): ReturnType<OnnxBuild> {
  const depth = call.scalar(1);
  const values = call.float(2);
  const [off, on] = [0, 1].map((k) => dsl.reshape(dsl.slice(values, 0, k, k + 1), []));
  const hot = dsl.oneHot(fromFront(call.index(0), depth), depth, "bool");
  const rank = call.rank(0) + 1;
  const axis = axisOf(call.number("axis", -1), rank);
  const moved = dsl.transpose(hot, lastAxisAt(axis, rank)) as dsl.Tensor<dsl.Shape, "bool">; // as oneHot gave it
  return like(dsl.where(moved, on ?? values, off ?? values), values);
}

export const indexing: OnnxVocabulary = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  OneHot: oneHot,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
};
