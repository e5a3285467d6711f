/**
 * With respect to what: the second argument of every derivative, and the tree of derivatives it leads to.
 *
 * Invariant: `wrt` is one input's name, a list of names, or left out; the derivative's tree is that input's, an object
 * keyed by the names, or what leaving it out means to the transformation. Integer and bool leaves never appear in it.
 */
import type { Fn } from "../graph/fn-types.js";
import type { GraphMessage, Unless } from "../graph/messages.js";
import type { ListTexts, SortTexts } from "../graph/text-order.js";
import type { DTypesIn, IsUnion, Tangent } from "../graph/tree-types.js";
import type { Unranked } from "../shape/dims.js";
import type { ShowShape } from "../shape/messages.js";
import type { Dim, DType, FloatDType, Shape, Tensor } from "../shape/tensor.js";

/** What may be given; whether the names exist is judged by `WrtArgument`, for its words. */
export type Wrt = string | readonly string[] | undefined;

export type InputName<I> = keyof I & string;

/** The names as a union. Whether it is one name is asked first: comparing a string with an array type costs hundreds. */
type NamesOf<W extends Wrt> = W extends string ? W : W extends readonly string[] ? W[number] : never;

/** `'params' or 'x'` */
type Listed<I, Word extends string> = ListTexts<SortTexts<InputName<I>>, Word>;

// ---- the argument

/**
 * The type of the argument: itself, or a message. `Floats` is how much of the named input must be float: of `grad`'s
 * every leaf, of `vjp`'s some.
 */
export type WrtArgument<Call extends string, I, W extends Wrt, Floats extends "all" | "some"> = Unless<
  WrtComplaints<Call, I, NamesOf<W>, Floats>,
  W
>;

type WrtComplaints<Call extends string, I, Name, Floats> = Name extends string
  ? Name extends keyof I
    ? Floats extends "all"
      ? IntegerComplaint<Call, Name, DTypesIn<I[Name]>>
      : [Extract<DTypesIn<I[Name]>, FloatDType>] extends [never]
        ? IntegerComplaint<Call, Name, DTypesIn<I[Name]>>
        : never
    : GraphMessage<"inputUnknown", { call: Call; name: Name; names: Listed<I, "and"> }>
  : never;

type IntegerComplaint<Call extends string, Name extends string, D> = D extends FloatDType
  ? never
  : GraphMessage<"wrtInteger", { call: Call; name: Name; kind: D extends "bool" ? "bool" : "integer" }>;

// ---- the function

/**
 * The function, or the messages that its result is no scalar and that `wrt` cannot be left out. A result of unknown
 * rank passes, as does `never`, which comes of an error that has been reported where it is.
 */
export type WithScalarResult<Call extends string, I, O, W extends Wrt> = Unless<
  FirstOf<ScalarComplaint<Call, O>, MissingWrt<Call, I, W>>,
  Fn<I, O>
>;

/** The same for a function with metrics beside its scalar. */
export type WithPairResult<Call extends string, I, O, W extends Wrt> = Unless<
  FirstOf<PairComplaint<Call, O>, MissingWrt<Call, I, W>>,
  Fn<I, O>
>;

/** The same for a function of which every result is differentiated: none of them may hold integers. */
export type WithFloatResults<Call extends string, I, O, W extends Wrt> = Unless<
  FirstOf<IntegerResult<Call, DTypesIn<O>>, MissingWrt<Call, I, W>>,
  Fn<I, O>
>;

type IntegerResult<Call extends string, D> = D extends FloatDType
  ? never
  : GraphMessage<"resultInteger", { call: Call; kind: D extends "bool" ? "bool" : "integer" }>;

/** One message at a time: the second only where the first is none. */
type FirstOf<One, Other> = [One] extends [never] ? Other : One;

type MissingWrt<Call extends string, I, W extends Wrt> = [W] extends [undefined]
  ? IsUnion<InputName<I>> extends true
    ? GraphMessage<"wrtMissing", { call: Call; names: Listed<I, "or"> }>
    : never
  : never;

type PairComplaint<Call extends string, O> = O extends readonly [infer Scalar, unknown]
  ? ScalarComplaint<Call, Scalar>
  : GraphMessage<"resultNotPair", { call: Call }>;

type ScalarComplaint<Call extends string, O> =
  O extends Tensor<infer S, infer D>
    ? true extends (S extends [] ? true : Unranked<S>)
      ? D extends FloatDType
        ? never
        : NotScalar<Call, S, D>
      : NotScalar<Call, S, D>
    : GraphMessage<"resultNotTensor", { call: Call }>;

type NotScalar<Call extends string, S, D extends DType> = GraphMessage<
  "resultNotScalar",
  { call: Call; actual: `${D}${ShowShape<S>}` }
>;

// ---- the derivative's tree

/** One input's own tree, or an object keyed by names; without `wrt` what `Default` says. */
export type WrtTree<I, W extends Wrt, Default> = W extends string
  ? I[W & keyof I]
  : W extends readonly string[]
    ? { [k in W[number]]: k extends keyof I ? I[k] : never }
    : Default;

/** The gradient of a scalar function: without `wrt` that of the only input. */
export type Gradient<I, W extends Wrt> = WrtTree<I, W, I[keyof I]>;

/** Numerator layout: for each result a tree like `G`, whose leaves have the result's axes and then their own. */
export type Jacobian<O, G> =
  O extends Tensor<infer S, infer _D> ? JacobianOf<S, G> : { [k in keyof O]: Jacobian<O[k], G> };

type JacobianOf<S extends Shape, G> =
  G extends Tensor<infer T, infer D>
    ? Tensor<true extends Unranked<S> | Unranked<T> ? Dim[] : [...S, ...T], D>
    : { [k in keyof G]: JacobianOf<S, G[k]> };

/** Tangents and cotangents of several inputs, the integer leaves left out; without `wrt` of all of them. */
export type WrtTangent<I, W extends Wrt> = Tangent<WrtTree<I, W, I>>;
