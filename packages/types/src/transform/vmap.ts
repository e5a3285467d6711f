/** `vmap`: a function for each position of a new axis at once. */
import { emit, emitAll } from "../graph/emit.js";
import { fnParts, makeFn } from "../graph/fn.js";
import type { Aval } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import { type TracedTensor, tensorOf } from "../graph/tensor.js";
import { listTexts, sortTexts } from "../graph/text-order.js";
import {
  buildTree,
  leavesOf,
  mapStructure,
  type Path,
  type Structure,
  tensorStructure,
  withLeaves,
} from "../graph/trees.js";
import { namesOf, type Size, showShape, toSize } from "../shape/size.js";
import type { Dim } from "../shape/tensor.js";
import type { VmapFn } from "./signatures.js";

type InAxes = Readonly<Record<string, number | null>>;

/** The name must be new: a dimension of the function with the same name is another one. */
function freshSize(size: Dim, trees: readonly Structure<Aval>[]): Size {
  const taken = trees.flatMap((tree) => leavesOf(tree).flatMap(([aval]) => aval.shape.flatMap(namesOf)));
  const clash = namesOf(toSize(size)).find((name) => taken.includes(name));
  if (clash !== undefined) throw graphError("vmapNameTaken", { name: clash });
  return toSize(size);
}

function checkAxes(names: readonly string[], inAxes: InAxes): void {
  for (const name of Object.keys(inAxes)) {
    if (names.includes(name)) continue;
    throw graphError("inputUnknown", { call: "vmap", name, names: listTexts(sortTexts(names), "and") });
  }
  if (names.every((name) => inAxes[name] === null)) throw graphError("vmapNothing", {});
}

/** The place of the new axis in a leaf of the mapped function's input. */
function axisIn(aval: Aval, axis: number, path: Path): number {
  const rank = aval.shape.length + 1;
  const index = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && index >= 0 && index < rank) return index;
  throw graphError("vmapAxis", { axis, path, shape: showShape(aval.shape) });
}

const inserted = (aval: Aval, axis: number, size: Size, path: Path): Aval => ({
  dtype: aval.dtype,
  shape: aval.shape.toSpliced(axisIn(aval, axis, path), 0, size),
});

/** The mapped axis in front. */
function toFront(tensor: TracedTensor, axis: number): TracedTensor {
  const at = axis < 0 ? axis + tensor.sizes.length : axis;
  if (at === 0) return tensor;
  const others = tensor.sizes.map((_, k) => k).filter((k) => k !== at);
  return emit("permute", [tensor], { perm: [at, ...others] });
}

/**
 * `vmap(f, "batch", { x: 0, w: null })`: `f` for each of the positions of a new axis of that size. `inAxes` says for an
 * input which axis is mapped, or `null` where all positions share it; what it does not name is mapped along axis 0.
 */
export const vmap = ((f: unknown, sizeOrName: Dim, inAxes: InAxes = {}) => {
  const parts = fnParts(f, "vmap");
  const size = freshSize(sizeOrName, [parts.input, parts.output]);
  const entries = parts.input.kind === "object" ? parts.input.entries : [];
  const names = entries.map(([key]) => key);
  checkAxes(names, inAxes);
  const axisOf = (name: string): number | null => (name in inAxes ? (inAxes[name] ?? null) : 0);
  const input: Structure<Aval> = {
    kind: "object",
    entries: entries.map(([key, child]) => {
      const axis = axisOf(key);
      return [
        key,
        axis === null ? child : mapStructure(child, (aval, path) => inserted(aval, axis, size, path), key),
      ] as const;
    }),
  };
  return makeFn(input, (tree) => {
    const operands = entries.flatMap(([key]) => {
      const axis = axisOf(key);
      const leaves = leavesOf(tensorStructure((tree as Readonly<Record<string, unknown>>)[key], key)); // the structure above
      return leaves.map(([leaf]) => ({ tensor: axis === null ? leaf : toFront(leaf, axis), mapped: axis !== null }));
    });
    const captured = parts.captures.map((variable) => ({ tensor: tensorOf(variable), mapped: false }));
    const all = [...operands, ...captured];
    const attrs = { size, mapped: all.map(({ mapped }) => mapped) };
    const outs = emitAll(
      "vmap",
      all.map(({ tensor }) => tensor),
      attrs,
      [parts.func],
    );
    return buildTree(withLeaves(parts.output, outs));
  });
}) as unknown as VmapFn; // public signature, see fn.ts
