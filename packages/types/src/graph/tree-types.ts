/**
 * Trees of tensors as types: what every function of the DSL takes and gives, and the walks over them.
 *
 * Invariant: a walk keeps the structure (objects stay objects, tuples tuples), treats every `Tensor` as a leaf and
 * `null` as a tree without leaves. Nothing here constrains a type parameter by a recursive type: with that,
 * `({ label, ...rest })` in a body is error TS2589. And a leaf is recognised as `Tensor<infer S, infer D>`, never as
 * `AnyTensor`: the compiler would put that question off where a dimension is a type parameter.
 */
import type { NamesIn, Unranked } from "../shape/dims.js";
import type { AnyTensor, Dim, DType, FloatDType, Shape, Tensor } from "../shape/tensor.js";

/** Any tree whose leaves have dtypes `D`. Good for parameters of helpers, as in `P extends Tree<"f32">`. */
export type Tree<D extends DType = DType> =
  | Tensor<Shape, D>
  | null
  | readonly Tree<D>[]
  | { readonly [key: string]: Tree<D> };

/** Takes off the `readonly` that `const` type parameters put on inputs and results. */
export type Mutable<T> = T extends Tensor<infer _S, infer _D> ? T : { -readonly [k in keyof T]: Mutable<T[k]> };

/** `params.hidden.w`: the path of the branch `K` of the tree at `Path`. */
export type Branch<Path extends string, K> = Path extends "" ? K & string : `${Path}.${K & string}`;

/**
 * What the branches of a mapped tree hold, as a union. Arrays are asked for their elements alone: `keyof` of a tuple
 * also names its methods.
 */
export type Branches<T> = T extends readonly unknown[] ? T[number] : T[keyof T];

/** Whether a union has more than one member. */
export type IsUnion<T> = true extends LeavesOthers<T> ? true : false;

/** For each member whether it does not hold all of the union. */
type LeavesOthers<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

/** All names of dimensions in a tree. */
export type NamesInTree<T> =
  T extends Tensor<infer S, infer _D> ? NamesIn<S> : Branches<{ [k in keyof T]: NamesInTree<T[k]> }>;

/** The dtypes of a tree's leaves. */
export type DTypesIn<T> = T extends Tensor<infer _S, infer D> ? D : Branches<{ [k in keyof T]: DTypesIn<T[k]> }>;

/**
 * The tree of tangents, cotangents and gradients of `T`: its float leaves. An integer or bool leaf has none: objects
 * lose its key, in tuples `null` stands in its place, so that the other elements keep theirs.
 */
export type Tangent<T> =
  T extends Tensor<infer _S, infer D>
    ? D extends FloatDType
      ? T
      : null
    : T extends readonly unknown[]
      ? { [i in keyof T]: Tangent<T[i]> }
      : { [k in keyof T as Tangent<T[k]> extends null ? never : k]: Tangent<T[k]> };

// ---- axes of all leaves at once

/** Every leaf with `Size` as a new first axis. */
export type AddLeadingAxis<T, Size extends Dim> =
  T extends Tensor<infer S, infer D> ? Tensor<[Size, ...S], D> : { [k in keyof T]: AddLeadingAxis<T[k], Size> };

/** Every leaf without its first axis. */
export type DropLeadingAxis<T> =
  T extends Tensor<infer S, infer D>
    ? Tensor<S extends [Dim, ...infer Rest extends Shape] ? Rest : Dim[], D>
    : { [k in keyof T]: DropLeadingAxis<T[k]> };

/** The sizes of the leaves' first axes; `never` where all are scalars. */
export type LeadingSizes<T> =
  T extends Tensor<infer S, infer _D>
    ? S extends [infer First extends Dim, ...Shape]
      ? First
      : Unranked<S> extends true
        ? number
        : never
    : Branches<{ [k in keyof T]: LeadingSizes<T[k]> }>;

// ---- tree.map and its kin

/**
 * A leaf of any shape, as the callbacks of `tree.map` see it. The dimension `"..."` stands for the whole shape: it
 * broadcasts with itself and with scalars, and the result puts the leaf's own shape back in its place.
 */
export type Leaf<D extends DType> = Tensor<["..."], D>;

/** `["...", 2]` of a leaf `[3, 4]` is `[3, 4, 2]`. */
type FillShape<R extends Shape, S extends Shape> = R extends [infer First extends Dim, ...infer Rest extends Shape]
  ? [...(First extends "..." ? S : [First]), ...FillShape<Rest, S>]
  : R extends []
    ? []
    : Dim[];

type FillLeaves<T, R extends AnyTensor> =
  T extends Tensor<infer S, infer _D>
    ? Tensor<FillShape<R["shape"], S>, R["dtype"]>
    : { [k in keyof T]: FillLeaves<T[k], R> };

/**
 * The tree that `tree.map` gives. A callback that keeps shape and dtype gives `T` itself, also where `T` is generic.
 * Looked up by a key and not chosen by a condition, for the compiler would infer `T` backwards through the branches
 * of the condition from where the result is used, without end.
 */
export type MapResult<T, D extends DType, R extends AnyTensor> = {
  kept: T;
  filled: FillLeaves<T, R>;
}[R extends Leaf<D> ? "kept" : "filled"];

/** Walks over trees, at build time: a model's loops over its parameters. */
export interface TreeFns {
  /**
   * Calls `f` on each leaf of `tree` together with the leaves at the same place of the other trees, which must have
   * the same structure, shapes and dtypes: `tree.map((p, g) => sub(p, mul(lr, g)), params, grads)`.
   */
  map<T, D extends DType, const Rest extends readonly T[], R extends AnyTensor>(
    f: (leaf: Leaf<D>, ...others: { [i in keyof Rest]: Leaf<D> }) => R,
    tree: T & Tree<D>,
    ...rest: Rest
  ): MapResult<T, D, R>;
  /** The leaves, in the order of the tree's keys. */
  leaves<D extends DType>(tree: Tree<D>): Tensor<Shape, D>[];
  /** The leaves of two trees of one structure, side by side. */
  zip<T, D extends DType>(one: T & Tree<D>, other: NoInfer<T>): [Tensor<Shape, D>, Tensor<Shape, D>][];
}
