/**
 * Trees of tensors at run time: what functions take and give, flattened to leaves and built up again.
 *
 * Invariant: leaves come in the order in which the keys were written; `build(structure, leaves(tree))` is the tree.
 */
import { TraceError } from "./errors.js";
import type { Aval } from "./ir.js";
import { isTensor, type TracedTensor } from "./tensor.js";

/** The structure of a tree, with something at each leaf. */
export type Structure<L> =
  | { readonly kind: "leaf"; readonly leaf: L }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Structure<L>])[] }
  | { readonly kind: "list"; readonly items: readonly Structure<L>[] }
  | { readonly kind: "none" };

/** `params.layers.0.w` */
export type Path = string;

export const branch = (path: Path, key: string | number): Path => (path === "" ? `${key}` : `${path}.${key}`);

/** A literal, or a namespace; a Promise, a Map or an instance of a class holds no tensors that could be found. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What stands where a tensor should: `undefined`, `a number`, `a Promise`. */
function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  const kind = typeof value === "object" && value !== null ? value.constructor.name : typeof value;
  return `${/^[AEIO]/i.test(kind) ? "an" : "a"} ${kind}`;
}

/** Reads a tree; `leaf` turns what is neither object, list nor null into a leaf, or throws. */
export function structureOf<L>(tree: unknown, leaf: (value: unknown, path: Path) => L, path: Path = ""): Structure<L> {
  if (tree === null) return { kind: "none" };
  if (Array.isArray(tree)) {
    return { kind: "list", items: tree.map((item, i) => structureOf(item, leaf, branch(path, i))) };
  }
  if (isTensor(tree) || !isPlainObject(tree)) return { kind: "leaf", leaf: leaf(tree, path) };
  const entries = Object.entries(tree).map(
    ([key, value]) => [key, structureOf(value, leaf, branch(path, key))] as const,
  );
  return { kind: "object", entries };
}

/** The structure of a tree of tensors; `what` names it in the error about anything else. */
export const tensorStructure = (tree: unknown, what: string): Structure<TracedTensor> =>
  structureOf(tree, (value, path) => {
    if (isTensor(value)) return value;
    const place = path === "" ? what : `${what}.${path}`;
    throw new TraceError("TL0385", `${place}: a tensor is expected, got ${describe(value)}`);
  });

/** The leaves with their paths, in order. */
export function leavesOf<L>(structure: Structure<L>, path: Path = ""): readonly (readonly [L, Path])[] {
  switch (structure.kind) {
    case "leaf":
      return [[structure.leaf, path]];
    case "object":
      return structure.entries.flatMap(([key, child]) => leavesOf(child, branch(path, key)));
    case "list":
      return structure.items.flatMap((child, i) => leavesOf(child, branch(path, i)));
    case "none":
      return [];
  }
}

export function mapStructure<L, M>(
  structure: Structure<L>,
  map: (leaf: L, path: Path) => M,
  path: Path = "",
): Structure<M> {
  switch (structure.kind) {
    case "leaf":
      return { kind: "leaf", leaf: map(structure.leaf, path) };
    case "object":
      return {
        kind: "object",
        entries: structure.entries.map(([key, child]) => [key, mapStructure(child, map, branch(path, key))] as const),
      };
    case "list":
      return { kind: "list", items: structure.items.map((child, i) => mapStructure(child, map, branch(path, i))) };
    case "none":
      return structure;
  }
}

/** The user's tree of a structure. */
export function buildTree(structure: Structure<unknown>): unknown {
  switch (structure.kind) {
    case "leaf":
      return structure.leaf;
    case "object":
      return Object.fromEntries(structure.entries.map(([key, child]) => [key, buildTree(child)]));
    case "list":
      return structure.items.map(buildTree);
    case "none":
      return null;
  }
}

/** The structure with new leaves, in order. */
export function withLeaves<M>(structure: Structure<unknown>, leaves: readonly M[]): Structure<M> {
  let next = 0;
  return mapStructure(structure, (_, path) => {
    const leaf = leaves[next++];
    if (leaf === undefined) throw new Error(`bug: no leaf for '${path}'`);
    return leaf;
  });
}

/** Without the leaves that fail the test: objects lose the key, lists keep the place as `null`. */
export function filterStructure<L>(structure: Structure<L>, keep: (leaf: L) => boolean): Structure<L> {
  switch (structure.kind) {
    case "leaf":
      return keep(structure.leaf) ? structure : { kind: "none" };
    case "object": {
      const entries = structure.entries.map(([key, child]) => [key, filterStructure(child, keep)] as const);
      return { kind: "object", entries: entries.filter(([, child]) => child.kind !== "none") };
    }
    case "list":
      return { kind: "list", items: structure.items.map((child) => filterStructure(child, keep)) };
    case "none":
      return structure;
  }
}

export const isFloat = ({ dtype }: Pick<Aval, "dtype">): boolean => dtype === "f32" || dtype === "f64";
