/**
 * The leaves of parameters, gradient and state, side by side: what a rule for one array is run on.
 *
 * Invariant: all trees have the form of the parameters, and at each place the same kind of array of the same length; a
 * scalar is a `number` in its branch and is handed on as an array of one. Nothing is written unless all of it fits.
 */
import type { F32, F64 } from "../brand.js";
import * as tree from "../tree.js";

/** The gradient of parameters `P`: the same tree, whoever owns the buffers. */
export type GradientOf<P> =
  P extends F32<infer S>
    ? F32<S>
    : P extends F64<infer S>
      ? F64<S>
      : P extends number
        ? number
        : { readonly [name in keyof P]: GradientOf<P[name]> };

type Floats = Float32Array | Float64Array;

/** The arrays at one place of the named trees. */
export type Leaves<Name extends string, A extends Floats> = Readonly<Record<Name, A>>;

/** What is done with the leaves of either kind. */
export interface Rule<Name extends string> {
  readonly f32: (leaves: Leaves<Name, Float32Array>) => void;
  readonly f64: (leaves: Leaves<Name, Float64Array>) => void;
}

const isFloats = (value: unknown): value is Floats => value instanceof Float32Array || value instanceof Float64Array;

const describe = (value: unknown): string =>
  ArrayBuffer.isView(value) && "length" in value
    ? `${value.constructor.name} of ${value.length}`
    : value === null
      ? "null"
      : `a ${typeof value}`;

/** Zeros in the form of a tree of float arrays and numbers. */
export function zerosLike<P>(who: string, params: P): P {
  const zeros = tree.map<unknown, unknown>(params, (leaf, path) => {
    if (leaf instanceof Float32Array) return new Float32Array(leaf.length);
    if (leaf instanceof Float64Array) return new Float64Array(leaf.length);
    if (typeof leaf === "number") return 0;
    throw new TypeError(`${who}: params ${tree.showPath(path)} is ${describe(leaf)}, expected floats`);
  });
  return zeros as P; // cast: every leaf is replaced by its like
}

/** One leaf of one tree: its numbers, and how they get back where they came in no array. */
interface Place {
  readonly name: string;
  readonly floats: Floats;
  readonly putBack: () => void;
}

function scalarPlace(name: string, root: unknown, path: tree.Path, value: number): Place {
  const floats = Float64Array.of(value);
  // Cast: the parent of a leaf is a branch, and branches are plain objects and arrays.
  const parent = tree.at(root, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? "";
  return {
    name,
    floats,
    putBack: () => {
      parent[key] = floats[0];
    },
  };
}

function placeOf(who: string, name: string, root: unknown, path: tree.Path, like: unknown): Place {
  const value = tree.at(root, path);
  if (typeof value === "number" && typeof like === "number" && path.length > 0) {
    return scalarPlace(name, root, path, value);
  }
  if (isFloats(value) && isFloats(like) && value.constructor === like.constructor && value.length === like.length) {
    return { name, floats: value, putBack: () => {} };
  }
  const wanted = isFloats(like) || typeof like === "number" ? describe(like) : "floats";
  throw new TypeError(`${who}: ${name} ${tree.showPath(path)} is ${describe(value)}, expected ${wanted}`);
}

/**
 * Runs the rule on each leaf of `trees.params` with the leaves of the other trees at the same place. It may write all of
 * them but the gradient.
 */
export function eachLeaf<Name extends string>(
  who: string,
  trees: Readonly<Record<Name | "params" | "grad", unknown>>,
  rule: Rule<Name | "params" | "grad">,
): void {
  const named = Object.entries<unknown>(trees);
  for (const [, other] of named) tree.zip<unknown, unknown, void>(trees.params, other, () => undefined);
  const rows = tree
    .leaves<unknown>(trees.params)
    .map(({ leaf, path }) => named.map(([name, root]) => placeOf(who, name, root, path, leaf)));
  for (const places of rows) {
    const leaves: unknown = Object.fromEntries(places.map(({ name, floats }) => [name, floats]));
    // Casts: `placeOf` has seen that all leaves at a place are of one kind.
    if (places[0]?.floats instanceof Float32Array) rule.f32(leaves as Leaves<Name | "params" | "grad", Float32Array>);
    else rule.f64(leaves as Leaves<Name | "params" | "grad", Float64Array>);
    for (const { name, putBack } of places) if (name !== "grad") putBack();
  }
}
