/** `vmap`: a function for each position of a new axis at once. */
import { emit, emitAll } from "../graph/emit.js";
import { fnParts, makeFn } from "../graph/fn.js";
import type { Aval } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import { type TracedTensor, tensorOf } from "../graph/tensor.js";
import { listTexts, sortTexts } from "../graph/text-order.js";
import { branch, buildTree, leavesOf, type Path, type Structure, withLeaves } from "../graph/trees.js";
import { namesOf, type Size, showShape, toSize } from "../shape/size.js";
import type { Dim } from "../shape/tensor.js";
import type { AxisTree, InAxes, OutAxes } from "./batch-types.js";
import { tensorsIn } from "./derivatives.js";
import type { VmapFn } from "./signatures.js";

/** The name must be new: a dimension of the function with the same name is another one. */
function freshSize(size: Dim, trees: readonly Structure<Aval>[]): Size {
  const taken = trees.flatMap((tree) => leavesOf(tree).flatMap(([aval]) => aval.shape.flatMap(namesOf)));
  const clash = namesOf(toSize(size)).find((name) => taken.includes(name));
  if (clash !== undefined) throw graphError("vmapNameTaken", { name: clash });
  return toSize(size);
}

/** The place of the new axis in a leaf, counted from the front. */
function placeIn(aval: Aval, axis: AxisTree, path: Path): number {
  const rank = aval.shape.length + 1;
  const index = typeof axis === "number" && axis < 0 ? axis + rank : Number(axis ?? Number.NaN);
  if (Number.isInteger(index) && index >= 0 && index < rank) return index;
  throw graphError("vmapAxis", { axis: `${axis}`, path, shape: showShape(aval.shape) });
}

/** The trees of axes for the branches of a tree; what is not named is mapped in front. */
function branchAxis(axes: AxisTree, key: string | number): AxisTree {
  if (typeof axes !== "object" || axes === null) return axes;
  const found = (axes as Readonly<Record<string, AxisTree>>)[key]; // an array's elements are looked up likewise
  return found === undefined ? 0 : found;
}

function checkKeys(tree: Structure<Aval>, axes: AxisTree, path: Path): void {
  if (typeof axes !== "object" || axes === null) return;
  if (tree.kind === "leaf") throw graphError("vmapAxisOfTensor", { path });
  const keys =
    tree.kind === "object"
      ? tree.entries.map(([key]) => key)
      : tree.kind === "list"
        ? [...tree.items.keys()].map(String)
        : [];
  const unknown = Object.keys(axes).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw graphError("vmapAxisUnknown", { path: branch(path, unknown) });
}

/** Where each leaf has the new axis; undefined where all positions share it. */
function placesOf(tree: Structure<Aval>, axes: AxisTree, path: Path): readonly (number | undefined)[] {
  checkKeys(tree, axes, path);
  switch (tree.kind) {
    case "leaf":
      return [axes === null ? undefined : placeIn(tree.leaf, axes, path)];
    case "object":
      return tree.entries.flatMap(([key, child]) => placesOf(child, branchAxis(axes, key), branch(path, key)));
    case "list":
      return tree.items.flatMap((child, k) => placesOf(child, branchAxis(axes, k), branch(path, k)));
    case "none":
      return [];
  }
}

function inputPlaces(input: Structure<Aval>, axes: InAxes): readonly (number | undefined)[] {
  const names = input.kind === "object" ? input.entries.map(([key]) => key) : [];
  const unknown = Object.keys(axes).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw graphError("inputUnknown", { call: "vmap", name: unknown, names: listTexts(sortTexts(names), "and") });
  const places = placesOf(input, axes, "");
  if (places.every((place) => place === undefined)) throw graphError("vmapNothing", {});
  return places;
}

/** Results have a place each: one that all share would have to be told from one that varies. */
function outputPlaces(output: Structure<Aval>, axes: OutAxes): readonly number[] {
  return placesOf(output, axes, "result").map((place, k) => {
    const [aval, path] = leavesOf(output, "result")[k] ?? [];
    return place ?? placeIn(aval ?? { shape: [], dtype: "f32" }, null, path ?? "result");
  });
}

const inserted = ({ shape, dtype }: Aval, place: number | undefined, size: Size): Aval => ({
  dtype,
  shape: place === undefined ? shape : shape.toSpliced(place, 0, size),
});

/** Axis `from` moved to place `to`. */
function moveAxis(tensor: TracedTensor, from: number, to: number): TracedTensor {
  if (from === to) return tensor;
  const others = tensor.sizes.map((_, k) => k).filter((k) => k !== from);
  return emit("permute", [tensor], { perm: others.toSpliced(to, 0, from) });
}

/**
 * `vmap(f, "batch", { x: 0, w: null })`: `f` for each of the positions of a new axis of that size, or that named size.
 * `inAxes` says for an input where its tensors have the axis (counted from the end where it is below 0), or `null` where
 * all positions share it; a tree of axes says it for each tensor of the input. What it does not name has the axis in
 * front. `outAxes` says where the results have it, in front if left out.
 *
 * @shapes trees of [...] -> trees of [size, ...]
 */
export const vmap = ((f: unknown, sizeOrName: Dim, inAxes: InAxes = {}, outAxes: OutAxes = 0) => {
  const parts = fnParts(f, "vmap");
  const size = freshSize(sizeOrName, [parts.input, parts.output]);
  const places = inputPlaces(parts.input, inAxes);
  const outPlaces = outputPlaces(parts.output, outAxes);
  const avals = leavesOf(parts.input).map(([aval], k) => inserted(aval, places[k], size));
  return makeFn(withLeaves(parts.input, avals), (tree) => {
    const operands = tensorsIn(tree).map((leaf, k) => moveAxis(leaf, places[k] ?? 0, 0));
    const mapped = [...places.map((place) => place !== undefined), ...parts.captures.map(() => false)];
    const outs = emitAll("vmap", [...operands, ...parts.captures.map(tensorOf)], { size, mapped }, [parts.func]);
    return buildTree(
      withLeaves(
        parts.output,
        outs.map((out, k) => moveAxis(out, 0, outPlaces[k] ?? 0)),
      ),
    );
  });
}) as unknown as VmapFn; // public signature, see fn.ts
