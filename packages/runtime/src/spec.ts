/**
 * Specs: the inputs and outputs of a generated function as data, and the types of the values that fit them.
 *
 * Invariant: `ArraysOf<Spec>` is what a generated function with that spec takes; a scalar (shape `[]`) is a `number`.
 */
import type { Bool, Dims, F32, F64, I32 } from "./brand.js";

export type DType = "f32" | "f64" | "i32" | "bool";

/** A size, or the text of one known only at run time: a name (`"batch"`) or a polynomial of names (`"2*n+1"`). */
export type Dim = number | string;

/** One tensor of a spec. */
export interface TensorSpec {
  readonly kind: "tensor";
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** Nested plain objects and arrays whose leaves are tensors. */
export type SpecTree = TensorSpec | readonly SpecTree[] | { readonly [name: string]: SpecTree };

/** Any value of a tensor: a typed array, or a `number` for a scalar. */
export type TensorValue = F32 | F64 | I32 | Bool | number;

type SizesOf<S extends readonly Dim[]> = { -readonly [axis in keyof S]: S[axis] extends number ? S[axis] : number };

type BrandOf<D extends DType, S extends Dims> = D extends "f32"
  ? F32<S>
  : D extends "f64"
    ? F64<S>
    : D extends "i32"
      ? I32<S>
      : Bool<S>;

/** The value of one tensor: `number` for shape `[]`, else the branded array; both where the rank is not known. */
export type ArrayOf<D extends DType, S extends readonly Dim[]> = S extends readonly []
  ? number
  : number extends S["length"]
    ? number | BrandOf<D, SizesOf<S>>
    : BrandOf<D, SizesOf<S>>;

/** A tree of values of any form. */
export type ArrayTree = TensorValue | readonly ArrayTree[] | { readonly [name: string]: ArrayTree };

/**
 * The tree of values that fits a spec: `ArraysOf<typeof spec.params>` is the type of the parameters. Of a spec that the
 * types do not know, any tree.
 */
export type ArraysOf<Spec> = [SpecTree] extends [Spec] ? ArrayTree : ArraysOfKnown<Spec>;

// Where the form is known; mapping `SpecTree` itself would not end, for arrays are mapped eagerly.
type ArraysOfKnown<Spec> = Spec extends TensorSpec
  ? ArrayOf<Spec["dtype"], Spec["shape"]>
  : { -readonly [name in keyof Spec]: ArraysOf<Spec[name]> };

/** Whether a value is a tensor's spec rather than a branch of the tree. */
export const isTensorSpec = (value: unknown): value is TensorSpec =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  value.kind === "tensor" &&
  "shape" in value &&
  Array.isArray(value.shape);

export const showShape = (shape: readonly Dim[]): string => `[${shape.join(", ")}]`;

/** `f32[784, 128]` */
export const showSpec = (spec: TensorSpec): string => `${spec.dtype}${showShape(spec.shape)}`;
