/**
 * What `vmap` and `scan` do to trees: an axis put into every leaf, or taken off and put back.
 *
 * Invariant: the rules judge one argument each and leave the others alone, so a message stands on the argument that
 * is wrong; an unknown rank or size passes.
 */
import type { Fn } from "../graph/fn-types.js";
import type { GraphMessage, Unless } from "../graph/messages.js";
import type { ListTexts, SortTexts } from "../graph/text-order.js";
import type { AddLeadingAxis, Branch, Branches, DTypesIn, LeadingSizes, NamesInTree } from "../graph/tree-types.js";
import type { Same, SameDim, SameShape, Unranked } from "../shape/dims.js";
import type { ShowShape } from "../shape/messages.js";
import type { Dim, DType, Shape, Tensor } from "../shape/tensor.js";

// ---- vmap

/** The axis of every tensor of a tree, a tree of axes like it, or `null` for what all positions share. */
export type AxisTree = number | null | readonly AxisTree[] | { readonly [key: string]: AxisTree };

/** For each input the axes along which it is mapped. What is not named has the new axis in front. */
export interface InAxes {
  readonly [input: string]: AxisTree;
}

/** Where the results have the new axis: all of them alike, or each its own. They all have it. */
export type OutAxes = number | readonly OutAxes[] | { readonly [key: string]: OutAxes };

/** The size of the new axis, or the message that its name means something else already. */
export type FreshSize<I, O, Size extends Dim> = Size extends NamesInTree<I> | NamesInTree<O>
  ? GraphMessage<"vmapNameTaken", { name: Size }>
  : Size;

/** `inAxes`, or the messages about it. */
export type InAxesArgument<I, Axes extends InAxes> = Unless<AxesComplaints<I, Axes>, Axes>;

type AxesComplaints<I, Axes extends InAxes> =
  | NoneMapped<I, Axes>
  | {
      [k in keyof Axes & string]: k extends keyof I
        ? AxisComplaints<I[k], Axes[k], k>
        : GraphMessage<"inputUnknown", { call: "vmap"; name: k; names: ListTexts<SortTexts<keyof I & string>, "and"> }>;
    }[keyof Axes & string];

/** Every tensor is named, and every axis is `null`. */
type NoneMapped<I, Axes extends InAxes> = keyof I extends keyof Axes
  ? true extends { [k in keyof I]: IsMapped<I[k], Axes[k & keyof Axes]> }[keyof I]
    ? never
    : GraphMessage<"vmapNothing", Record<never, never>>
  : never;

type IsMapped<T, Axis> = Axis extends null
  ? false
  : Axis extends number
    ? true
    : T extends Tensor<infer _S, infer _D>
      ? true
      : Branches<{ [k in keyof T]: k extends keyof Axis ? IsMapped<T[k], Axis[k]> : true }>;

type AxisComplaints<T, Axis, Path extends string> = Axis extends number
  ? T extends Tensor<infer S, infer _D>
    ? InsertAxis<S, 1, Axis> extends never
      ? GraphMessage<"vmapAxis", { axis: Axis; path: Path; shape: ShowShape<S> }>
      : never
    : Branches<{ [k in keyof T]: AxisComplaints<T[k], Axis, Branch<Path, k>> }>
  : Axis extends null
    ? never
    : T extends Tensor<infer _S, infer _D>
      ? GraphMessage<"vmapAxisOfTensor", { path: Path }>
      : Branches<{
          [k in keyof Axis]: k extends keyof T
            ? AxisComplaints<T[k], Axis[k], Branch<Path, k>>
            : GraphMessage<"vmapAxisUnknown", { path: Branch<Path, k> }>;
        }>;

/** `outAxes`, or the messages about it. */
export type OutAxesArgument<O, Axes extends OutAxes> = Unless<AxisComplaints<O, Axes, "result">, Axes>;

/** The inputs of the mapped function. */
export type MappedInput<I, Size extends Dim, Axes extends InAxes> = {
  [k in keyof I]: k extends keyof Axes ? InsertInLeaves<I[k], Size, Axes[k]> : AddLeadingAxis<I[k], Size>;
};

export type InsertInLeaves<T, Size extends Dim, Axis> = Axis extends null
  ? T
  : T extends Tensor<infer S, infer D>
    ? Tensor<InsertAxis<S, Size, Axis extends number ? Axis : 0>, D>
    : Axis extends number
      ? { [k in keyof T]: InsertInLeaves<T[k], Size, Axis> }
      : { [k in keyof T]: InsertInLeaves<T[k], Size, k extends keyof Axis ? Axis[k] : 0> };

/** `S` with `Size` put in so that it is axis `Axis` of the result; `never` where there is no such axis. */
type InsertAxis<S extends Shape, Size extends Dim, Axis extends number> = true extends
  | Unranked<S>
  | (number extends Axis ? true : false)
  ? Dim[]
  : InsertAt<S, Size, `${Axis}`>;

/** Walks along `S` until the place has the wanted number, counted from the front or, below zero, from the back. */
type InsertAt<S extends Shape, Size extends Dim, Axis extends string, Done extends Shape = []> = Axis extends
  | `${Done["length"]}`
  | `-${[...S, Size]["length"]}`
  ? [...Done, Size, ...S]
  : S extends [infer First extends Dim, ...infer Rest extends Shape]
    ? InsertAt<Rest, Size, Axis, [...Done, First]>
    : never;

/** The mapped function: all that varies has the new axis, and so has every result. */
export type MappedFn<I, O, Size extends Dim, Axes extends InAxes, Out extends OutAxes> = Fn<
  MappedInput<I, Size, Axes>,
  Same<Out, 0> extends true ? AddLeadingAxis<O, Size> : InsertInLeaves<O, Size, Out>
>;

// ---- scan: the number of steps

export interface ScanOptions<Length extends Dim | undefined, Every> extends LoopOptions<"scan", Every> {
  /** How many steps; only needed without `xs`. */
  readonly length?: Length;
  /** Walks from the last to the first. The stacked results keep the order of `xs`. */
  readonly reverse?: boolean;
}

/** The size of the axis that is walked along: that of `xs`, or the given one where `xs` is `null`. */
export type StepCount<X, Length extends Dim | undefined> = [LeadingSizes<X>] extends [never]
  ? Extract<Length, Dim>
  : LeadingSizes<X>;

/** `xs`, or what is wrong with it. */
export type ScanXs<X, Length extends Dim | undefined> = Unless<XsComplaints<X, Length>, X>;

type XsComplaints<X, Length> = X extends null
  ? [Length] extends [undefined]
    ? GraphMessage<"scanLengthMissing", Record<never, never>>
    : never
  : WalkComplaints<"scan", X>;

type WalkComplaints<Call extends string, X> =
  | ScalarComplaints<Call, X, "xs">
  | LengthComplaints<Call, SortTexts<LeadingSizes<X>>>;

type ScalarComplaints<Call extends string, X, Path extends string> =
  X extends Tensor<infer S, infer _D>
    ? S extends []
      ? GraphMessage<"scanScalar", { call: Call; path: Path }>
      : never
    : Branches<{ [k in keyof X]: ScalarComplaints<Call, X[k], Branch<Path, k>> }>;

type LengthComplaints<Call extends string, Sizes> = Sizes extends readonly [
  infer One extends Dim,
  infer Other extends Dim,
  ...Dim[],
]
  ? GraphMessage<"scanLengths", { call: Call; one: One; other: Other }>
  : never;

/** What `map` goes along, or what is wrong with it. */
export type MapXs<X> = Unless<WalkComplaints<"map", X> | NothingComplaint<X>, X>;

type NothingComplaint<X> = [DTypesIn<X>] extends [never] ? GraphMessage<"mapNothing", Record<never, never>> : never;

/** The option, or the message that `xs` says otherwise. */
export type ScanLength<X, Length extends Dim | undefined> = Length extends Dim
  ? [LeadingSizes<X>] extends [never]
    ? Length
    : SameDim<Length, LeadingSizes<X>> extends true
      ? Length
      : GraphMessage<"scanLengthClash", { given: Length; actual: LeadingSizes<X> }>
  : Length;

// ---- loops: checkpoints

export interface LoopOptions<Call extends string, Every> {
  /**
   * Reverse mode keeps the carry every so many steps alone (`"sqrt"`: every √n) and computes again what lies between: less
   * memory, up to twice the forward work.
   */
  readonly checkpoint?: Unless<EveryComplaint<Call, Every>, Every>;
}

type EveryComplaint<Call extends string, Every> = Every extends undefined | "sqrt"
  ? never
  : Every extends number
    ? `${Every}` extends "0" | `-${string}` | `${string}.${string}` | `${string}e-${string}`
      ? GraphMessage<"loopCheckpoint", { call: Call; given: Every }>
      : never
    : GraphMessage<"loopCheckpoint", { call: Call; given: Every & string }>;

// ---- loops: the carry

/** What the body of `Call` gives back as carry, or the messages where that is not what it was given. */
export type NextCarry<Before, After, Call extends string = "scan"> = Unless<
  CarryComplaints<Before, After, "carry", Call>,
  After
>;

/** `unknown` is a body not looked at yet, because something is wrong with `xs`; `never` comes of an error inside it. */
type CarryComplaints<Before, After, Path extends string, Call extends string> = true extends
  | (unknown extends After ? true : false)
  | ([After] extends [never] ? true : false)
  ? never
  : Before extends Tensor<infer S, infer D>
    ? LeafComplaint<S, D, After, Path, Call>
    :
        | Branches<{
            [k in keyof Before]: k extends keyof After
              ? CarryComplaints<Before[k], After[k], Branch<Path, k>, Call>
              : GraphMessage<"carryMissing", { call: Call; path: Branch<Path, k> }>;
          }>
        | AddedComplaint<Exclude<keyof After, keyof Before>, Path, Call>;

/** What comes out at keys that nothing went in at. */
type AddedComplaint<Key, Path extends string, Call extends string> = Key extends string
  ? GraphMessage<"carryAdded", { call: Call; path: Branch<Path, Key> }>
  : never;

type LeafComplaint<S extends Shape, D extends DType, After, Path extends string, Call extends string> =
  After extends Tensor<infer AfterS, infer AfterD>
    ? Same<D, AfterD> extends true
      ? SameShape<S, AfterS> extends true
        ? never
        : CarryChanged<Call, Path, "shape", ShowShape<S>, ShowShape<AfterS>>
      : CarryChanged<Call, Path, "dtype", D, AfterD>
    : GraphMessage<"carryMissing", { call: Call; path: Path }>;

type CarryChanged<
  Call extends string,
  Path extends string,
  What extends string,
  Before extends string,
  After extends string,
> = GraphMessage<"carryChanged", { call: Call; path: Path; what: What; before: Before; after: After }>;

// ---- fori

/** A bound of `fori`: a whole number, the name of a dimension, or an i32 scalar. Which names there are is asked when the model runs. */
export type Bound<What extends string, B> = Unless<BoundComplaint<What, B>, B>;

type BoundComplaint<What extends string, B> = B extends number
  ? `${B}` extends `${string}.${string}`
    ? GraphMessage<"foriBound", { what: What; actual: B }>
    : never
  : B extends Tensor<infer S, infer D>
    ? [D, Unranked<S> extends true ? [] : S] extends ["i32", []]
      ? never
      : GraphMessage<"foriBound", { what: What; actual: `${D}${ShowShape<S>}` }>
    : never;

/** The options of a loop between sizes, or of one with a test; those of the other are messages. */
export type ForiOptions<From, To, Every> = [From, To] extends [Dim, Dim]
  ? LoopOptions<"fori", Every> & { readonly maxSteps?: GraphMessage<"foriMaxSteps", Record<never, never>> }
  : WhileOptions & { readonly checkpoint?: GraphMessage<"foriCheckpoint", Record<never, never>> };

// ---- whileLoop

export interface WhileOptions {
  /** The most steps there may be: what reverse mode keeps has a fixed place then, and one step more is an error. */
  readonly maxSteps?: Dim;
}

/** What the test gives, or the message where that is no bool scalar. */
export type WhileTest<T> = Unless<TestComplaint<T>, T>;

type TestComplaint<T> = true extends (unknown extends T ? true : false) | ([T] extends [never] ? true : false)
  ? never
  : T extends Tensor<infer S, infer D>
    ? [D, Unranked<S> extends true ? [] : S] extends ["bool", []]
      ? never
      : GraphMessage<"whileTest", { actual: `${D}${ShowShape<S>}` }>
    : GraphMessage<"whileTest", { actual: "no tensor" }>;
