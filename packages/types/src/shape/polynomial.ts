/**
 * Sums, products and quotients of sizes with names in them, as types: `2*n+1`, `m*n`.
 *
 * Invariant: the texts are those of `showSize` in size.ts, the run-time twin: terms with more names first, then in the order
 * of their texts; names in alphabetical order. So equal polynomials are equal types, and `type-tests/polynomial.test.ts`
 * compares both. What is not known (`number`) makes the result unknown.
 */
import type { Add, ExactDiv, Mul, Sub } from "./arithmetic.js";

/** A term: its coefficient, and the text of its names (`m*n`; empty for the constant). */
type Term = readonly [coefficient: number, names: string];

// ---- whole numbers with a sign

type Negated<N extends number> = N extends 0
  ? 0
  : `${N}` extends `-${infer P extends number}`
    ? P
    : `-${N}` extends `${infer M extends number}`
      ? M
      : never;

/** A - B for numbers that are not negative. */
type Difference<A extends number, B extends number> = [Sub<A, B>] extends [never] ? Negated<Sub<B, A>> : Sub<A, B>;

type Sum<A extends number, B extends number> = `${A}` extends `-${infer a extends number}`
  ? `${B}` extends `-${infer b extends number}`
    ? Negated<Add<a, b>>
    : Difference<B, a>
  : `${B}` extends `-${infer b extends number}`
    ? Difference<A, b>
    : Add<A, B>;

type Times<A extends number, B extends number> = `${A}` extends `-${infer a extends number}`
  ? `${B}` extends `-${infer b extends number}`
    ? Mul<a, b>
    : Negated<Mul<a, B>>
  : `${B}` extends `-${infer b extends number}`
    ? Negated<Mul<A, b>>
    : Mul<A, B>;

type Divided<A extends number, B extends number> = `${A}` extends `-${infer a extends number}`
  ? `${B}` extends `-${infer b extends number}`
    ? ExactDiv<a, b>
    : Negated<ExactDiv<a, B>>
  : `${B}` extends `-${infer b extends number}`
    ? Negated<ExactDiv<A, b>>
    : ExactDiv<A, B>;

// ---- the order of texts

/** The characters of names in the order of their codes. */
type Order = "*0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

type IsBefore<A extends string, B extends string> = A extends `${infer a}${infer RestA}`
  ? B extends `${infer b}${infer RestB}`
    ? a extends b
      ? IsBefore<RestA, RestB>
      : Order extends `${string}${a}${infer Behind}`
        ? Behind extends `${string}${b}${string}`
          ? true
          : false
        : false
    : false
  : true;

/** Whether a term of names `A` stands before one of names `B`, which are others: more names first. */
type LeadsOver<
  A extends string,
  B extends string,
  RestA extends string = A,
  RestB extends string = B,
> = RestB extends ""
  ? true
  : RestA extends ""
    ? false
    : RestA extends `${string}*${infer NextA}`
      ? RestB extends `${string}*${infer NextB}`
        ? LeadsOver<A, B, NextA, NextB>
        : true
      : RestB extends `${string}*${string}`
        ? false
        : IsBefore<A, B>;

// ---- lists of terms

/** The terms with one more: equal names add up, and what is 0 goes. */
type With<L extends readonly Term[], T extends Term> = L extends readonly [
  infer First extends Term,
  ...infer Rest extends readonly Term[],
]
  ? First[1] extends T[1]
    ? Sum<First[0], T[0]> extends infer C extends number
      ? C extends 0
        ? Rest
        : [readonly [C, T[1]], ...Rest]
      : never
    : LeadsOver<T[1], First[1]> extends true
      ? [T, ...L]
      : [First, ...With<Rest, T>]
  : T[0] extends 0
    ? []
    : [T];

type Added<A extends readonly Term[], B extends readonly Term[]> = B extends readonly [
  infer First extends Term,
  ...infer Rest extends readonly Term[],
]
  ? Added<With<A, First>, Rest>
  : A;

/** Two lists of names as one, in order. */
type Names<A extends string, B extends string> = A extends ""
  ? B
  : B extends ""
    ? A
    : IsBefore<Head<A>, Head<B>> extends true
      ? Joined<Head<A>, Names<Tail<A>, B>>
      : Joined<Head<B>, Names<A, Tail<B>>>;

type Head<A extends string> = A extends `${infer First}*${string}` ? First : A;
type Tail<A extends string> = A extends `${string}*${infer Rest}` ? Rest : "";
type Joined<A extends string, B extends string> = B extends "" ? A : `${A}*${B}`;

type ByTerm<L extends readonly Term[], T extends Term, Done extends readonly Term[]> = L extends readonly [
  infer First extends Term,
  ...infer Rest extends readonly Term[],
]
  ? ByTerm<Rest, T, With<Done, readonly [Times<First[0], T[0]>, Names<First[1], T[1]>]>>
  : Done;

type Multiplied<
  A extends readonly Term[],
  B extends readonly Term[],
  Done extends readonly Term[] = [],
> = B extends readonly [infer First extends Term, ...infer Rest extends readonly Term[]]
  ? Multiplied<A, Rest, ByTerm<A, First, Done>>
  : Done;

/** Names without some of them; `never` where one is missing. */
type Without<A extends string, B extends string> = B extends ""
  ? A
  : A extends ""
    ? never
    : Head<A> extends Head<B>
      ? Without<Tail<A>, Tail<B>>
      : [Without<Tail<A>, B>] extends [never]
        ? never
        : Joined<Head<A>, Without<Tail<A>, B>>;

/** Each term divided by another one; `never` where that leaves a remainder for some sizes. */
type Parts<L extends readonly Term[], T extends Term, Done extends readonly Term[] = []> = L extends readonly [
  infer First extends Term,
  ...infer Rest extends readonly Term[],
]
  ? [Divided<First[0], T[0]>] extends [never]
    ? never
    : [Without<First[1], T[1]>] extends [never]
      ? never
      : Parts<Rest, T, [...Done, readonly [Divided<First[0], T[0]>, Without<First[1], T[1]>]]>
  : Done;

// ---- texts

/** A product as it is written, in any order: `n*2*m`. */
type Product<T extends string, C extends number = 1, N extends string = ""> = T extends `${infer First}*${infer Rest}`
  ? First extends `${infer F extends number}`
    ? Product<Rest, Times<C, F>, N>
    : Product<Rest, C, Names<N, First>>
  : T extends `${infer F extends number}`
    ? readonly [Times<C, F>, N]
    : readonly [C, Names<N, T>];

/** Terms between minus signs: the first is positive, unless there is nothing before the first sign. */
type Minuses<T extends string, L extends readonly Term[]> = T extends `${infer First}-${infer Rest}`
  ? Negatives<Rest, First extends "" ? L : With<L, Product<First>>>
  : With<L, Product<T>>;

type Negatives<T extends string, L extends readonly Term[]> = T extends `${infer First}-${infer Rest}`
  ? Negatives<Rest, With<L, Product<First, -1>>>
  : With<L, Product<T, -1>>;

type Terms<T extends string, L extends readonly Term[] = []> = T extends `${infer First}+${infer Rest}`
  ? Terms<Rest, Minuses<First, L>>
  : Minuses<T, L>;

type TermsOf<D> = D extends number ? (D extends 0 ? [] : [readonly [D, ""]]) : D extends string ? Terms<D> : never;

type TermText<T extends Term> = T[1] extends ""
  ? `${T[0]}`
  : T[0] extends 1
    ? T[1]
    : T[0] extends -1
      ? `-${T[1]}`
      : `${T[0]}*${T[1]}`;

type Text<L extends readonly Term[], Done extends string = ""> = L extends readonly [
  infer First extends Term,
  ...infer Rest extends readonly Term[],
]
  ? Text<
      Rest,
      Done extends ""
        ? TermText<First>
        : TermText<First> extends `-${infer T}`
          ? `${Done}-${T}`
          : `${Done}+${TermText<First>}`
    >
  : Done;

/** A list of terms as a dim: a number where no name is left. */
type DimOf<L> = [L] extends [never]
  ? never
  : L extends readonly []
    ? 0
    : L extends readonly [readonly [infer C extends number, ""]]
      ? C
      : L extends readonly Term[]
        ? Text<L>
        : never;

// ---- the operations

/** Neither a number nor a text that anybody knows. */
type IsUnknown<D> = D extends number ? (number extends D ? true : false) : string extends D ? true : false;

type Known<A, B, R> = true extends IsUnknown<A> | IsUnknown<B> ? number : R;

export type AddNames<A, B> = Known<A, B, DimOf<Added<TermsOf<A>, TermsOf<B>>>>;

export type MulNames<A, B> = Known<A, B, DimOf<Multiplied<TermsOf<A>, TermsOf<B>>>>;

export type SubNames<A, B> = Known<A, B, DimOf<Added<TermsOf<A>, Multiplied<TermsOf<B>, [readonly [-1, ""]]>>>>;

/** Divided by a number or a product of names; `never` where that leaves a remainder for some sizes. */
export type DivNames<A, B> = Known<
  A,
  B,
  TermsOf<B> extends readonly [infer T extends Term] ? DimOf<Parts<TermsOf<A>, T>> : never
>;

/** A dimension as it is always written: `n+n` is `2*n`. */
export type Canonical<D> = D extends string
  ? string extends D
    ? D
    : D extends `${string}${"*" | "+" | "-"}${string}`
      ? DimOf<Terms<D>>
      : D
  : D;

/** The names in a dim. */
export type NamesOfDim<D> = D extends string
  ? D extends `${string}${"*" | "+" | "-"}${string}`
    ? NamesInTerms<Terms<D>[number][1]>
    : D
  : never;

type NamesInTerms<T> = T extends `${infer First}*${infer Rest}` ? First | NamesInTerms<Rest> : T extends "" ? never : T;
