/**
 * Einsum: which axes of the operands meet, said by letters. `"bij,jk->bik"` sums over the letters that are missing on the
 * right. Without `->` the result has the letters that stand once, in alphabetical order. A letter twice in one operand is
 * its diagonal. `...` stands for leading axes that broadcast.
 *
 * Invariant: one letter is one size everywhere; it does not broadcast. The first thing that is wrong is told, on the
 * equation or on the operand: operands are read from left to right, their axes likewise.
 */
import type { BroadcastDims } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { Same, SameDim, Unranked } from "./dims.js";
import type { DTypeKind, DTypesDiffer, Refuses, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Compact, Equation, EquationError, Parse } from "./equation.js";
import { checkEquation, dots, parseEquation } from "./equation.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- the operands

/** The size of each letter, with the operand that it is from; and the axes behind `...`, if any were met. */
interface Known {
  readonly sizes: object;
  readonly dots: unknown[];
}

interface Nothing extends Known {
  readonly sizes: object;
  readonly dots: [];
}

type Put<Sizes extends object, L extends string, Entry> = {
  [K in keyof Sizes | L]: K extends L ? Entry : K extends keyof Sizes ? Sizes[K] : never;
};

/** The sizes with those of one operand's letters added, or the message. */
type Enter<
  Sizes extends object,
  Letters extends string,
  S extends unknown[],
  At extends number,
  Unknown = number,
> = Letters extends `${infer L}${infer Rest}`
  ? S extends [infer D, ...infer Others]
    ? L extends keyof Sizes
      ? Sizes[L] extends [infer Old, infer From extends number]
        ? SameDim<Old, D> extends true
          ? Enter<Same<Old, Unknown> extends true ? Put<Sizes, L, [D, At]> : Sizes, Rest, Others, At>
          : Message<
              "equationSizes",
              { op: "einsum"; letter: L; left: ShowDim<Old>; first: From; right: ShowDim<D>; position: At }
            >
        : never
      : Enter<Put<Sizes, L, [D, At]>, Rest, Others, At>
    : Sizes
  : Sizes;

type Characters<Text extends string, Done extends unknown[] = []> = Text extends `${string}${infer Rest}`
  ? Characters<Rest, [...Done, unknown]>
  : Done;

/** The last axes of a shape, as many as there are letters: `[those before, those]`; `never` if there are not so many. */
type Last<
  S extends unknown[],
  Letters extends string,
  Done extends unknown[] = [],
> = Letters extends `${string}${infer Rest}`
  ? S extends [...infer Before, infer D]
    ? Last<Before, Rest, [D, ...Done]>
    : never
  : [S, Done];

type RankError<Term extends string, Letters extends string, S extends Shape, At extends number> = Message<
  "equationRank",
  {
    op: "einsum";
    letters: Term;
    count: Characters<Letters>["length"];
    position: At;
    shape: ShowShape<S>;
    rank: S["length"];
  }
>;

/** What is known after one more operand, or the message. */
type Meet<
  K extends Known,
  Term extends string,
  S extends Shape,
  At extends number,
> = Term extends `${infer Before}...${infer After}`
  ? MeetDots<K, Term, Before, After, S, At, Last<S, After>>
  : Same<Characters<Term>["length"], S["length"]> extends true
    ? Enter<K["sizes"], Term, S, At> extends infer R
      ? R extends string
        ? R
        : { sizes: R; dots: K["dots"] }
      : never
    : RankError<Term, Term, S, At>;

/** As `Meet`, for letters around `...`: those behind take the last axes, those before the first, the dots the rest. */
type MeetDots<
  K extends Known,
  Term extends string,
  Before extends string,
  After extends string,
  S extends Shape,
  At extends number,
  Cut,
> = [Cut] extends [never]
  ? RankError<Term, `${Before}${After}`, S, At>
  : Cut extends [infer Front extends unknown[], infer Back extends unknown[]]
    ? MeetParts<K, `${Before}${After}`, First<Front, Before>, Back, At, RankError<Term, `${Before}${After}`, S, At>>
    : never;

type MeetParts<K extends Known, Letters extends string, Cut, Back extends unknown[], At extends number, Otherwise> = [
  Cut,
] extends [never]
  ? Otherwise
  : Cut extends [infer Head extends unknown[], infer Middle extends Shape]
    ? Enter<K["sizes"], Letters, [...Head, ...Back], At> extends infer R
      ? R extends string
        ? R
        : WithDots<K["dots"], Middle, R>
      : never
    : never;

/** The first axes, as many as there are letters: `[those, the others]`; `never` if there are not so many. */
type First<
  S extends unknown[],
  Letters extends string,
  Done extends unknown[] = [],
> = Letters extends `${string}${infer Rest}`
  ? S extends [infer D, ...infer Others]
    ? First<Others, Rest, [...Done, D]>
    : never
  : [Done, S];

type WithDots<A extends unknown[], B extends Shape, Sizes> =
  BroadcastDims<A, B> extends infer R
    ? R extends unknown[]
      ? { sizes: Sizes; dots: R }
      : R extends { readonly a: infer a; readonly b: infer b }
        ? Message<
            "batchShapes",
            { op: "einsum"; left: ShowShape<A>; right: ShowShape<B>; a: ShowDim<a>; b: ShowDim<b> }
          >
        : never
    : never;

/** All operands, one after the other: what is known in the end, or where it fails and why. */
type MeetAll<
  Terms extends readonly string[],
  L extends readonly unknown[],
  K extends Known = Nothing,
  Passed extends unknown[] = [],
> = Terms extends readonly [infer Term extends string, ...infer Rest extends readonly string[]]
  ? L extends readonly [infer X, ...infer Others]
    ? Unranked<ShapeOf<X>> extends true
      ? Dim[]
      : Meet<K, Term, ShapeOf<X>, Passed["length"]> extends infer R
        ? R extends Known
          ? MeetAll<Rest, Others, R, [...Passed, X]>
          : { at: `${Passed["length"]}`; message: R }
        : never
    : Dim[]
  : K;

/** The sizes of the result's letters. */
type ResultShape<
  Result extends string,
  K extends Known,
  Done extends unknown[] = [],
> = Result extends `...${infer Rest}`
  ? ResultShape<Rest, K, [...Done, ...K["dots"]]>
  : Result extends `${infer L}${infer Rest}`
    ? L extends keyof K["sizes"]
      ? K["sizes"][L] extends [infer D, number]
        ? ResultShape<Rest, K, [...Done, D]>
        : never
      : never
    : Done;

/** The parsed equation with its operands: `Known`, or the place and the words of what is wrong. */
type Judged<E extends string, L extends readonly unknown[], P extends Equation = Parse<Compact<E>>> = [
  EquationError<E, P, L["length"]>,
] extends [never]
  ? number extends L["length"]
    ? Dim[]
    : MeetAll<P["terms"], L>
  : { at: "equation"; message: EquationError<E, P, L["length"]> };

/** An operand, or what is wrong with it: its dtype, or what `J` says of position `i`. */
type OperandArg<First, X, J, i, Kind extends DTypeKind = "numeric"> =
  X extends Tensor<infer _, infer D>
    ? Refuses<Kind, D> extends true
      ? Takes<"einsum", Kind, X>
      : Same<DTypeOf<First>, D> extends true
        ? J extends { at: i; message: infer M }
          ? M
          : X
        : DTypesDiffer<"einsum", DTypeOf<First>, D>
    : never;

type OperandArgs<L extends readonly unknown[], J> = { readonly [i in keyof L]: OperandArg<L[0], L[i], J, i> };

export interface EinsumFn {
  <const E extends string, const L extends readonly AnyTensor[]>(
    equation: string extends E ? E : Judged<E, L> extends { at: "equation"; message: infer M } ? M : E,
    ...operands: OperandArgs<L, string extends E ? Dim[] : Judged<E, L>>
  ): Of<Einsum<E, L>, DTypeOf<L[0]>>;
}

/** The shape of the result; unknown where the equation or an operand's rank is. */
export type Einsum<E extends string, L extends readonly unknown[]> = string extends E
  ? Dim[]
  : Judged<E, L> extends infer J
    ? J extends Known
      ? ResultShape<Parse<Compact<E>>["result"], J>
      : J extends Shape
        ? Dim[]
        : never
    : never;

// ---- the twin

/** An operand's axes in words of letters: of each axis its letter, `...0` and so on for those behind the dots. */
export interface EinsumTerms {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
  /** The size of every letter. */
  readonly sizes: ReadonlyMap<string, Size>;
}

/** Names for broadcast axes, so that the last one is the same for all operands. */
const dotNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) => `${dots}${count - 1 - k}`);

/** The names of an operand's axes. */
function namesOf(term: string, shape: readonly Size[], position: number): readonly string[] {
  const [before = "", after] = term.split(dots);
  const letters = [...before, ...(after ?? "")];
  const free = shape.length - letters.length;
  if (free >= 0 && (free === 0 || after !== undefined)) return [...before, ...dotNames(free), ...(after ?? "")];
  throw shapeError("equationRank", {
    op: "einsum",
    letters: term,
    count: letters.length,
    position,
    shape: showShape(shape),
    rank: shape.length,
  });
}

interface Found {
  readonly size: Size;
  readonly from: number;
}

/** Enters the sizes of an operand's letters, left to right. */
function enter(sizes: Map<string, Found>, names: readonly string[], shape: readonly Size[], position: number): void {
  names.forEach((letter, axis) => {
    if (letter.startsWith(dots)) return;
    const size = shape[axis] ?? 1;
    const { size: known, from } = sizes.get(letter) ?? { size, from: position };
    sizes.set(letter, { size: known, from });
    if (equalSize(known, size)) return;
    const [left, right] = [showSize(known), showSize(size)];
    throw shapeError("equationSizes", { op: "einsum", letter, left, first: from, right, position });
  });
}

/** Twin of `Einsum`: the letters of every axis, and their sizes. */
export function einsumTerms(equation: string, operands: readonly TensorSize[]): EinsumTerms {
  const parsed = parseEquation(equation);
  checkEquation(equation, parsed, operands.length);
  const { terms, result } = parsed;
  const found = new Map<string, Found>();
  let common: readonly Size[] = [];
  const named = terms.map((term, position) => {
    const { shape, dtype } = operands[position] ?? { shape: [], dtype: "f32" };
    takenDType("einsum", "numeric", dtype);
    commonDType("einsum", "numeric", [operands[0]?.dtype ?? dtype, dtype]);
    const names = namesOf(term, shape, position);
    enter(found, names, shape, position);
    const own = shape.filter((_, axis) => names[axis]?.startsWith(dots));
    common = broadcastShapes("einsum", common, own, "batchShapes");
    return names;
  });
  const sizes = new Map([...found].map(([letter, { size }]) => [letter, size]));
  dotNames(common.length).forEach((name, axis) => sizes.set(name, common[axis] ?? 1));
  const [before = "", after = ""] = result.split(dots);
  const middle = result.includes(dots) ? dotNames(common.length) : [];
  return { operands: named, result: [...before, ...middle, ...after], sizes };
}
