/**
 * Trees: nested plain objects and arrays of tensors, walked in the order of their keys.
 *
 * Invariant: what is neither a plain object nor an `Array` is a leaf, and so is a `TensorSpec`; a walk never writes the
 * tree that it walks. `null` and `undefined` are errors, for they are always a slip.
 */
import { isTensorSpec, type TensorSpec } from "./spec.js";

/** Where a leaf is: names of properties and indices of arrays, from the root. */
export type Path = readonly (string | number)[];

/** A tree with leaves of type `L`. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [name: string]: Tree<L> };

type AnyLeaf = ArrayBufferView | number | boolean | string | TensorSpec;

/** The union of the leaves of a tree. */
export type LeafOf<T> = unknown extends T
  ? unknown
  : T extends AnyLeaf
    ? T
    : T extends readonly (infer E)[]
      ? LeafOf<E>
      : T extends object
        ? LeafOf<T[keyof T]>
        : never;

/** A tree of the same form with every leaf replaced by `R`. */
export type MapLeaves<T, R> = unknown extends T
  ? unknown
  : T extends AnyLeaf
    ? R
    : { -readonly [name in keyof T]: MapLeaves<T[name], R> };

type Branch = readonly unknown[] | Readonly<Record<string, unknown>>;

function isBranch(value: unknown): value is Branch {
  if (Array.isArray(value)) return true;
  if (typeof value !== "object" || value === null || isTensorSpec(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm (an iframe, a vm context) has another Object.prototype, whose prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `params.layers[0].w`; `input` for the root. */
export function showPath(path: Path): string {
  const step = (name: string | number): string =>
    typeof name === "number"
      ? `[${name}]`
      : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)
        ? `.${name}`
        : `[${JSON.stringify(name)}]`;
  const text = path.map(step).join("").replace(/^\./, "");
  return text === "" ? "input" : text;
}

function children(branch: Branch): [string | number, unknown][] {
  return Array.isArray(branch) ? branch.map((child: unknown, i) => [i, child]) : Object.entries(branch);
}

function rebuild(tree: unknown, path: Path, f: (leaf: unknown, path: Path) => unknown): unknown {
  if (tree === null || tree === undefined) throw new TypeError(`tree: ${showPath(path)} is ${tree}, expected a tensor`);
  if (!isBranch(tree)) return f(tree, path);
  const mapped = children(tree).map(([name, child]) => [name, rebuild(child, [...path, name], f)] as const);
  return Array.isArray(tree) ? mapped.map(([, child]) => child) : Object.fromEntries(mapped);
}

/** A new tree of the same form whose leaves are `f(leaf, path)`. */
export function map<T, R>(tree: T, f: (leaf: LeafOf<T>, path: Path) => R): MapLeaves<T, R> {
  // Casts: `rebuild` walks by values; LeafOf and MapLeaves say in types which leaves it meets and what it makes of
  // them.
  return rebuild(tree, [], (leaf, path) => f(leaf as LeafOf<T>, path)) as MapLeaves<T, R>;
}

/** All leaves with their paths, depth first, in the order of the keys. */
export function leaves<T>(tree: T): { readonly path: Path; readonly leaf: LeafOf<T> }[] {
  const found: { path: Path; leaf: LeafOf<T> }[] = [];
  map(tree, (leaf, path) => found.push({ path, leaf }));
  return found;
}

/** The node at a path; an error where the tree ends before or has no such name. */
export function at(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, name, depth) => {
    const found = isBranch(node) ? children(node).find(([key]) => key === name) : undefined;
    if (found === undefined) {
      const [here, wanted] = [showPath(path.slice(0, depth)), showPath(path.slice(0, depth + 1))];
      throw new TypeError(`tree: ${here} has no ${wanted}`);
    }
    return found[1];
  }, tree);
}

const form = (node: unknown): string =>
  isBranch(node)
    ? Array.isArray(node)
      ? `a list of ${node.length}`
      : `{ ${Object.keys(node).join(", ")} }`
    : "a tensor";

function sameForm(a: unknown, b: unknown, path: Path): void {
  const same = isBranch(a)
    ? isBranch(b) &&
      Array.isArray(a) === Array.isArray(b) &&
      children(a).length === children(b).length &&
      children(a).every(([name]) => Object.hasOwn(b, name))
    : !isBranch(b);
  if (!same)
    throw new TypeError(`tree: ${showPath(path)} is ${form(a)} in the first tree and ${form(b)} in the second`);
  if (isBranch(a)) for (const [name, child] of children(a)) sameForm(child, at(b, [name]), [...path, name]);
}

/** A new tree with the form of two trees of one form; leaves are `f(a, b, path)`. Keys may be in another order. */
export function zip<A, B, R>(a: A, b: B, f: (a: LeafOf<A>, b: LeafOf<B>, path: Path) => R): MapLeaves<A, R> {
  sameForm(a, b, []);
  // Cast: `sameForm` has seen that there is a leaf of `b` at every path that leads to a leaf of `a`.
  return map(a, (leaf, path) => f(leaf, at(b, path) as LeafOf<B>, path));
}
