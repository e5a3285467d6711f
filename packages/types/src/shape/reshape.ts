/**
 * Reshape and flatten: the same elements, in the same order, under another shape.
 *
 * Invariant: both shapes have the same number of elements, for every value of the names or for those that a relation
 * between different names admits (`["k"]` as `["rows", "cols"]`), which the call checks. One size may be left to the rule
 * as -1.
 */
import type { ExactDiv, Mul } from "./arithmetic.js";
import type { AxisArg, AxisIndex } from "./axes.js";
import { axisIndex } from "./axes.js";
import type { HasUnknown, NamesIn, Same, Unranked } from "./dims.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { DivNames, MulNames, NamesOfDim } from "./polynomial.js";
import type { Size } from "./size.js";
import { divideSize, equalSize, namesOf, productSize, showShape, showSize, toSize } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- counting elements: equal dims cancel first, so that names and large products mostly need no arithmetic

/** What is left of two shapes when equal dims and ones are crossed out: `[rest of A, rest of B]`. */
type Cancel<A extends Shape, B extends Shape, Left extends Shape = [], One = 1> = A extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? Same<First, One> extends true
    ? Cancel<Rest, B, Left, One>
    : CrossOut<B, First> extends [infer Others extends Shape]
      ? Cancel<Rest, Others, Left, One>
      : Cancel<Rest, B, [...Left, First], One>
  : [Left, B];

/** The shape without one dim that equals `D`, boxed; `false` when it has none. */
type CrossOut<S extends Shape, D, Passed extends Shape = []> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? Same<First, D> extends true
    ? [[...Passed, ...Rest]]
    : CrossOut<Rest, D, [...Passed, First]>
  : false;

/** The product of the literal sizes. */
type Product<S extends Shape, Done extends number = 1> = S extends [infer First, ...infer Rest extends Shape]
  ? Product<Rest, First extends number ? Mul<Done, First> : Done>
  : Done;

// ---- reshape

/** The shape asked for, with -1 replaced, or the message. */
export type Reshape<S extends Shape, Target extends Shape> = true extends Unranked<S> | Unranked<Target>
  ? Target
  : CrossOut<Target, -1> extends [infer Others extends Shape]
    ? CrossOut<Others, -1> extends false
      ? WithInferred<S, Target, InferredSize<S, Others>>
      : Message<"reshapeTwice", { op: "reshape"; to: ShowShape<Target> }>
    : SameCount<S, Target> extends true
      ? Target
      : CountError<S, Target>;

type WithInferred<S extends Shape, Target extends Shape, D, Hole = -1> = [D] extends [never]
  ? HasNegative<Target> extends true
    ? NegativeError<Target>
    : Message<"reshapeInfer", { op: "reshape"; from: ShowShape<S>; to: ShowShape<Target> }>
  : { [i in keyof Target]: Same<Target[i], Hole> extends true ? D & Dim : Target[i] };

/** Elements of S divided by elements of the others: a dim, or `never` where that leaves a remainder. */
type InferredSize<S extends Shape, Others extends Shape> =
  Cancel<S, Others> extends [infer A extends Shape, infer B extends Shape]
    ? [A, B] extends [[infer Only], []]
      ? Only
      : true extends HasUnknown<A> | HasUnknown<B>
        ? number
        : [NamesIn<A> | NamesIn<B>] extends [never]
          ? ExactDiv<Product<A>, Product<B>>
          : DivNames<Count<A>, Count<B>>
    : never;

/** The product of all sizes. */
type Count<S extends Shape, Done = 1> = S extends [infer First, ...infer Rest extends Shape]
  ? Count<Rest, MulNames<Done, First>>
  : Done;

/** Whether two shapes hold equally many elements, as far as types can know. */
type SameCount<A extends Shape, B extends Shape> =
  Cancel<A, B> extends [infer RestA extends Shape, infer RestB extends Shape]
    ? [RestA, RestB] extends [[], []]
      ? true
      : true extends HasUnknown<RestA> | HasUnknown<RestB>
        ? true
        : [0, 0] extends [A[number], B[number]]
          ? true
          : [NamesIn<RestA> | NamesIn<RestB>] extends [never]
            ? Same<Product<RestA>, Product<RestB>>
            : Same<Count<RestA>, Count<RestB>> extends true
              ? true
              : MayBeEqual<RestA, RestB>
    : never;

/** Whether two counts may be a relation: both have names, not the same ones, and one is more than a name. */
type MayBeEqual<A extends Shape, B extends Shape> = [A, B] extends [[NamesOfDim<A[0]>], [NamesOfDim<B[0]>]]
  ? false
  : Differ<NamesOfDim<A[number]>, NamesOfDim<B[number]>>;

type Differ<A, B> = true extends IsNever<A> | IsNever<B> | IsNever<Exclude<A, B> | Exclude<B, A>> ? false : true;

type IsNever<T> = [T] extends [never] ? true : false;

type CountError<S extends Shape, Target extends Shape> =
  HasNegative<Target> extends true
    ? NegativeError<Target>
    : [NamesIn<S> | NamesIn<Target>] extends [never]
      ? Message<
          "reshapeCount",
          {
            op: "reshape";
            from: ShowShape<S>;
            fromCount: Product<S>;
            to: ShowShape<Target>;
            toCount: Product<Target>;
          }
        >
      : Message<"reshapeSizes", { op: "reshape"; from: ShowShape<S>; to: ShowShape<Target> }>;

type NegativeError<Target extends Shape> = Message<"negativeSize", { op: "reshape"; shape: ShowShape<Target> }>;

/** Whether a shape holds a negative literal other than -1. */
type HasNegative<S extends Shape, Hole = -1> = S extends [infer First, ...infer Rest extends Shape]
  ? First extends number
    ? `${First}` extends `-${string}`
      ? Same<First, Hole> extends true
        ? HasNegative<Rest, Hole>
        : true
      : HasNegative<Rest, Hole>
    : HasNegative<Rest, Hole>
  : false;

/** Twin of `Reshape`. */
export function reshapeShape(shape: readonly Size[], target: readonly (Size | string)[]): Size[] {
  const op = "reshape";
  const to = target.map((dim) => (typeof dim === "string" ? toSize(dim) : dim));
  const inferred = to.flatMap((size, axis) => (size === -1 ? [axis] : []));
  if (inferred.length > 1) throw shapeError("reshapeTwice", { op, to: showShape(to) });
  if (to.some((size) => typeof size === "number" && size !== -1 && !(Number.isInteger(size) && size >= 0))) {
    throw shapeError("negativeSize", { op, shape: showShape(to) });
  }
  const [at] = inferred;
  if (at === undefined) return sameCount(shape, to);
  const size = divideSize(productSize(shape), productSize(to.toSpliced(at, 1)));
  if (size === undefined) throw shapeError("reshapeInfer", { op, from: showShape(shape), to: showShape(to) });
  return to.with(at, size);
}

/** Throws where two shapes are known to have different numbers of elements. */
export function checkCounts(from: readonly Size[], to: readonly Size[]): void {
  const [fromCount, toCount] = [productSize(from), productSize(to)];
  if (typeof fromCount !== "number" || typeof toCount !== "number" || fromCount === toCount) return;
  throw shapeError("reshapeCount", { op: "reshape", from: showShape(from), to: showShape(to), fromCount, toCount });
}

/** What is left of two shapes when equal sizes are crossed out: twin of `Cancel`. */
export function withoutEqual(from: readonly Size[], to: readonly Size[]): readonly [readonly Size[], readonly Size[]] {
  const rest = [...to];
  const left = from.filter((size) => {
    const at = rest.findIndex((other) => equalSize(size, other));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [left, rest];
}

/**
 * Whether two counts may be a relation: both have names, not the same ones, and one is more than a name. Else one of them
 * is a mistake: `["n", 784]` has not as many elements as `[28, 28]`, but for n = 1, nor as `["m", 784]`.
 */
function mayBeEqual(from: readonly Size[], to: readonly Size[]): boolean {
  const [left = [], right = []] = withoutEqual(from, to).map((sizes) => sizes.filter((size) => size !== 1));
  const [a, b] = [namesOf(productSize(left)), namesOf(productSize(right))];
  const isName = (sizes: readonly Size[], names: readonly string[]): boolean =>
    sizes.length === 1 && sizes.map(showSize).join() === names.join();
  return a.length > 0 && b.length > 0 && a.join() !== b.join() && !(isName(left, a) && isName(right, b));
}

function sameCount(shape: readonly Size[], to: Size[]): Size[] {
  const op = "reshape";
  checkCounts(shape, to);
  if (equalSize(productSize(shape), productSize(to)) || mayBeEqual(shape, to)) return to;
  throw shapeError("reshapeSizes", { op, from: showShape(shape), to: showShape(to) });
}

export interface ReshapeFn {
  /** The elements of `x` in their order, under another shape; one size may be -1. Different names declare a relation. */
  <S extends Shape, D extends DType, const T extends Shape>(
    x: Tensor<S, D>,
    shape: Reshape<S, T> extends infer M extends string ? M : readonly [...T],
  ): Of<Reshape<S, T>, D>;
}

// ---- flatten

/** The shape with all axes from `From` on made one. */
export type Flatten<S extends Shape, From extends number> = number extends S["length"] | From
  ? Dim[]
  : S extends []
    ? [1]
    : FlattenFrom<S, AxisIndex<S, From>>;

type FlattenFrom<S extends Shape, Index extends number, Done extends Shape = []> = Done["length"] extends Index
  ? [...Done, InferredSize<S, []> & Dim]
  : S extends [infer First extends Dim, ...infer Rest extends Shape]
    ? FlattenFrom<Rest, Index, [...Done, First]>
    : never;

/** Twin of `Flatten`. */
export function flattenShape(shape: readonly Size[], from = 0): Size[] {
  const index = shape.length === 0 && from === 0 ? 0 : axisIndex("flatten", shape, from);
  return [...shape.slice(0, index), productSize(shape.slice(index))];
}

export interface FlattenFn {
  /** All axes from `from` (0 when left out) on made one: `flatten(x, 1)` keeps the batch. */
  <S extends Shape, D extends DType, const From extends number = 0>(
    x: Tensor<S, D>,
    from?: S extends [] ? From : AxisArg<"flatten", S, From>,
  ): Of<Flatten<S, From>, D>;
}
