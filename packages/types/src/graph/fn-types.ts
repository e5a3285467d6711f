/**
 * The types of `fn` and of the call of one `fn` inside another: binding of named dimensions, and words when it fails.
 *
 * Invariant: a call's type depends only on the declared input and output and on the argument's type. Its run-time
 * twin is `bindDims`, which fails in exactly the cases in which `Binding` is a message, with the same message.
 */
import type { Same, SameDim, Unranked } from "../shape/dims.js";
import type { ShowDim } from "../shape/messages.js";
import type { Dim, DType, Shape, Tensor } from "../shape/tensor.js";
import type { GraphMessage } from "./messages.js";
import type { SortTexts } from "./text-order.js";
import type { Branch, Branches, IsUnion, Mutable } from "./tree-types.js";

/**
 * A differentiable function over trees of tensors. Inside the body of another `fn` it is called like any function:
 * with any tree that has what it asks for. Names of dimensions belong to one `fn`; the call finds out what they stand
 * for in the argument, and the result speaks of that.
 */
export interface Fn<in out I, in out O> {
  readonly input: I;
  readonly output: O;
  <const A>(argument: Binding<I, A> extends infer B ? (B extends string ? B : A) : never): CallResult<O, Binding<I, A>>;
}

export interface FnOptions<I> {
  /** Inputs whose arrays the generated function may overwrite with its results. */
  readonly donate?: readonly (keyof I & string)[];
  /** The name in messages and generated code, where the export's own name is not the right one. */
  readonly name?: string;
}

/** `fn(input, body)`: the body runs once, when the model is loaded, and builds the graph. */
export type FnFn = <const I extends { readonly [key: string]: unknown }, const O extends object>(
  input: I,
  body: (input: Mutable<I>) => O,
  options?: FnOptions<I>,
) => Eager<I, Fn<Mutable<I>, Mutable<O>>>;

/**
 * `F` itself, once `I` is known. A generic function whose declared result is plainly callable is put off by the
 * compiler where it stands as the argument of another one: in `grad(fn(…), ["w", "u"])` the list would be judged while
 * the inputs of the inner `fn` are still `unknown`. A condition on a type parameter is not plainly callable.
 */
export type Eager<I, F> = I extends unknown ? F : never;

/** `f32`, `f64`, `i32`, `bool`: the declaration of an input. */
export type SpecFn<D extends DType> = <const S extends Shape>(shape: readonly [...S]) => Tensor<S, D>;

// ---- binding: declared tree against argument
//
// The result is found in two walks. `Pairs` collects, as one union, what each name meets (`["batch", 32]`) and
// `Mismatch` for whatever is wrong; a union needs no order and each leaf is compared once per program. Only when
// something is wrong does `Complaints` walk again, with paths, to say where.

/** Marks a place where the argument does not fit. */
type Mismatch = "mismatch";

/** What a declared dimension asks of the argument's: a name takes whatever it meets. */
type DimPair<Declared, Actual> = Declared extends string
  ? [Declared, Actual]
  : SameDim<Declared, Actual> extends true
    ? never
    : Mismatch;

type ShapePairs<Declared extends Shape, Actual extends Shape> = true extends Unranked<Declared> | Unranked<Actual>
  ? UnknownPairs<Declared[number]>
  : Declared["length"] extends Actual["length"]
    ? { [i in keyof Declared]: DimPair<Declared[i], i extends keyof Actual ? Actual[i] : never> }[number]
    : Mismatch;

/** Names that meet a tensor of unknown rank are of unknown size. */
type UnknownPairs<Declared> = Declared extends string ? [Declared, number] : never;

/** A leaf of the argument; a number literal may stand for a scalar. An argument that is itself an error is `never`. */
type LeafPairs<S extends Shape, D extends DType, Actual> = [Actual] extends [never]
  ? never
  : Actual extends Tensor<infer ActualS, infer ActualD>
    ? Same<D, ActualD> extends true
      ? ShapePairs<S, ActualS>
      : Mismatch
    : Actual extends number
      ? S extends []
        ? never
        : Mismatch
      : Mismatch;

type Pairs<Declared, Actual> =
  Declared extends Tensor<infer S, infer D>
    ? LeafPairs<S, D, Actual>
    : HasLengthOf<Declared, Actual> extends true
      ? Branches<{ [k in keyof Declared]: k extends keyof Actual ? Pairs<Declared[k], Actual[k]> : Mismatch }>
      : Mismatch;

/** Objects may have more than is asked for; tuples may not, for an extra layer is more likely a slip than a surplus. */
type HasLengthOf<Declared, Actual> = Declared extends readonly unknown[]
  ? Actual extends readonly unknown[]
    ? Actual["length"] extends Declared["length"]
      ? true
      : false
    : false
  : true;

/** The names with what they meet, each boxed: `{ batch: [32] }`. A box keeps `number | 32` apart and generics plain. */
type Environment<P> = {
  [p in P as p extends [infer Name extends string, unknown] ? Name : never]: p extends [string, infer Met]
    ? [Met]
    : never;
};

/** The names that meet two different sizes. */
type Clashes<E> = { [name in keyof E]: IsUnion<E[name]> extends true ? Clash<name & string, E[name]> : never }[keyof E];

type Clash<Name extends string, Met> =
  KnownSizes<Met> extends infer Known extends Dim
    ? SortTexts<Known> extends readonly [infer One extends Dim, infer Other extends Dim, ...Dim[]]
      ? GraphMessage<"dimensionClash", { name: Name; one: One; other: Other }>
      : never
    : never;

/** Unboxes, without the unknown ones. */
type KnownSizes<Met> = Met extends [infer Size extends Dim] ? (number extends Size ? never : Size) : never;

/**
 * What the names of `Declared` stand for in `Actual`, or the messages that say why it does not fit.
 */
export type Binding<Declared, Actual> =
  Pairs<Declared, Actual> extends infer P
    ? [Extract<P, Mismatch>] extends [never]
      ? Environment<P> extends infer E
        ? [Clashes<E>] extends [never]
          ? E
          : Clashes<E>
        : never
      : Complaints<Declared, Actual, "">
    : never;

// ---- complaints: the same walk, with paths

type Complaints<Declared, Actual, Path extends string> =
  Declared extends Tensor<infer S, infer D>
    ? LeafComplaint<S, D, Actual, Path>
    : Declared extends readonly unknown[]
      ? LengthComplaint<Declared, Actual, Path>
      : BranchComplaints<Declared, Actual, Path>;

type BranchComplaints<Declared, Actual, Path extends string> = Branches<{
  [k in keyof Declared]: k extends keyof Actual
    ? Complaints<Declared[k], Actual[k], Branch<Path, k>>
    : GraphMessage<"inputMissing", { path: Branch<Path, k> }>;
}>;

type LengthComplaint<
  Declared extends readonly unknown[],
  Actual,
  Path extends string,
> = Actual extends readonly unknown[]
  ? HasLengthOf<Declared, Actual> extends true
    ? BranchComplaints<Declared, Actual, Path>
    : GraphMessage<"inputLength", { path: Path; expected: Declared["length"]; actual: Actual["length"] }>
  : GraphMessage<"inputNotTuple", { path: Path }>;

type LeafComplaint<S extends Shape, D extends DType, Actual, Path extends string> =
  Actual extends Tensor<infer ActualS, infer ActualD>
    ? Same<D, ActualD> extends true
      ? ShapeComplaint<S, ActualS, Path>
      : GraphMessage<"inputDType", { path: Path; expected: D; actual: ActualD }>
    : GraphMessage<"inputNotTensor", { path: Path }>;

type ShapeComplaint<S extends Shape, ActualS extends Shape, Path extends string> =
  ShapePairs<S, ActualS> extends infer P
    ? [Extract<P, Mismatch>] extends [never]
      ? never
      : S["length"] extends ActualS["length"]
        ? { [i in keyof S]: DimComplaint<S[i], i extends keyof ActualS ? ActualS[i] : never, Path> }[number]
        : GraphMessage<"inputRank", { path: Path; expected: S["length"]; actual: ActualS["length"] }>
    : never;

type DimComplaint<Declared extends Dim, Actual, Path extends string> =
  DimPair<Declared, Actual> extends infer P
    ? [Extract<P, Mismatch>] extends [never]
      ? never
      : GraphMessage<"inputSize", { path: Path; expected: ShowDim<Declared>; actual: ShowDim<Actual> }>
    : never;

// ---- the result of a call

/** The declared output in the caller's dimensions. A call with a message gives `never`, which every op accepts. */
type CallResult<O, E> = E extends string ? never : Substitute<O, E>;

type Substitute<T, E> =
  T extends Tensor<infer S, infer D> ? Tensor<SubstituteShape<S, E>, D> : { [k in keyof T]: Substitute<T[k], E> };

type SubstituteShape<S extends Shape, E> = S extends [infer First extends Dim, ...infer Rest extends Shape]
  ? [SubstituteDim<First, E>, ...SubstituteShape<Rest, E>]
  : S;

/** A name that no input declares belongs to a tensor captured from outside, and stays what it is. */
type SubstituteDim<D extends Dim, E> = D extends keyof E ? Settled<E[D]> : D;

/** Out of its box; where an unknown size and a known one meet, the known one. */
type Settled<Met> = IsUnion<Met> extends true ? KnownSizes<Met> : Met extends [infer Size extends Dim] ? Size : never;
