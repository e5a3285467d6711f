/**
 * Comparing and adding single dims, the ground that all shape rules stand on.
 *
 * Invariant: where a rule meets a type parameter of a user's generic layer it decides at once, as far as anybody can,
 * and does not put the question off: else the layer would lose its shapes. Two habits follow. Types are compared by
 * `Same`, not by `extends`. And a literal that `Same` compares with comes in through a parameter with a default
 * (`One extends number = 1`), never written where the rule is: the compiler reads a rule once with nothing known, and
 * would find there and then that its parameters are not that literal.
 */
import type { Add, ExactDiv, Mul } from "./arithmetic.js";
import type { AddNames, DivNames, MulNames } from "./polynomial.js";
import type { Shape } from "./tensor.js";

// Two generic functions are assignable only if the conditions they return test for identical types. The tuples keep the
// question decidable for a type parameter: it is not identical to a literal, whatever it will be. The two aliases must
// be two, because the compiler compares two uses of one alias, or of one declaration, by a shortcut that is wrong here.
type Left<A> = <T>() => T extends [A] ? 1 : 2;
type Right<B> = <T>() => T extends [B] ? 1 : 2;

/** Whether two types are identical; for a type parameter and a literal the answer is no, at once. */
export type Same<A, B> = Left<A> extends Right<B> ? true : false;

interface Invariant<in out T> {
  readonly is: T;
}

/**
 * As `Same`, for a quarter of the price; but a type parameter beside another type is a question put off. For rules
 * that would refuse such a pair anyway.
 */
export type SameKnown<A, B> = Invariant<A> extends Invariant<B> ? true : false;

/** Whether two dims are equal as far as types can know: an unknown `number` may be any size. */
export type SameDim<A, B, Unknown = number> =
  Same<A, B> extends true ? true : Same<A, Unknown> extends true ? true : Same<B, Unknown>;

/** Whether two shapes are equal as far as types can know. */
export type SameShape<A extends Shape, B extends Shape> =
  Same<A, B> extends true ? true : true extends Unranked<A> | Unranked<B> ? true : SameDims<A, B>;

type SameDims<A extends Shape, B extends Shape> = A extends [infer a, ...infer RestA extends Shape]
  ? B extends [infer b, ...infer RestB extends Shape]
    ? SameDim<a, b> extends true
      ? SameDims<RestA, RestB>
      : false
    : false
  : B extends []
    ? true
    : false;

/** Whether the rank is unknown; then every rule gives `Dim[]`. */
export type Unranked<S extends Shape> = number extends S["length"] ? true : false;

/** The sum of two dims: `n` and 1 are `n+1`. */
export type AddDim<A, B> = A extends number ? (B extends number ? Add<A, B> : AddNames<A, B>) : AddNames<A, B>;

/** A dim so many times; once is the dim itself. */
export type MulDim<A, N extends number> = N extends 1 ? A : A extends number ? Mul<A, N> : MulNames<A, N>;

/** A dim in so many equal parts; `never` where it does not divide for every value of its names. */
export type DivDim<A, N extends number> = N extends 1 ? A : A extends number ? ExactDiv<A, N> : DivNames<A, N>;

/** Whether a shape holds an unknown size. */
export type HasUnknown<S extends readonly unknown[], Unknown = number> = S extends readonly [infer First, ...infer Rest]
  ? Same<First, Unknown> extends true
    ? true
    : HasUnknown<Rest, Unknown>
  : false;

/** The names among the dims of a shape. */
export type NamesIn<S extends Shape> = Extract<S[number], string>;
