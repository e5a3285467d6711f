/**
 * The equation of an einsum: terms of letters, one for each operand, and the result's, which may be left out. Without `->`
 * the result has the letters that stand once, in alphabetical order; `...` stands for leading axes that broadcast.
 *
 * Invariant: the first thing that is wrong is told, characters before letters before the number of operands.
 */
import type { Same } from "./dims.js";
import type { Message } from "./messages.js";
import { shapeError } from "./messages.js";

type Lower = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m";
type Further = "n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z";
type Letter = Lower | Further | Uppercase<Lower | Further>;

/** All letters in the order in which a result without `->` has them. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
type Alphabet = typeof alphabet;

/** The equation without blanks. */
export type Compact<E extends string> = E extends `${infer Before} ${infer After}` ? Compact<`${Before}${After}`> : E;

type SplitTerms<E extends string, Done extends string[] = []> = E extends `${infer Term},${infer Rest}`
  ? SplitTerms<Rest, [...Done, Term]>
  : [...Done, E];

/** The letters of the operands, and of the result if it is told. */
export interface Equation {
  readonly terms: readonly string[];
  readonly result: string;
}

/** The terms and the result of an equation without blanks. */
export type Parse<E extends string> = E extends `${infer Left}->${infer Right}`
  ? { terms: SplitTerms<Left>; result: Right }
  : { terms: SplitTerms<E>; result: Implicit<E> };

/** The letters that stand once, in order, after the broadcast axes. */
type Implicit<E extends string> = Once<E, Alphabet, E extends `${string}...${string}` ? "..." : "">;

type Once<
  E extends string,
  Rest extends string,
  Done extends string = "",
> = Rest extends `${infer First}${infer Others}`
  ? Once<
      E,
      Others,
      E extends `${string}${First}${infer After}`
        ? After extends `${string}${First}${string}`
          ? Done
          : `${Done}${First}`
        : Done
    >
  : Done;

/** The first character that is no letter, else `never`. One `...` is no character. */
type Stray<Term extends string> = Term extends `${infer Before}...${infer After}`
  ? [StrayIn<Before>] extends [never]
    ? StrayIn<After>
    : StrayIn<Before>
  : StrayIn<Term>;

type StrayIn<Term extends string> = Term extends `${infer First}${infer Rest}`
  ? First extends Letter
    ? StrayIn<Rest>
    : First
  : never;

type StrayOfTerms<Terms extends readonly string[]> = Terms extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? [Stray<First>] extends [never]
    ? StrayOfTerms<Rest>
    : Stray<First>
  : never;

/** The first letter of the result that no operand has, or that the result has twice. */
type ResultError<
  E extends string,
  Terms extends readonly string[],
  Result extends string,
> = Result extends `...${infer Rest}`
  ? ResultError<E, Terms, Rest>
  : Result extends `${infer First}${infer Rest}`
    ? First extends "."
      ? ResultError<E, Terms, Rest>
      : Extract<Terms[number], `${string}${First}${string}`> extends never
        ? Message<"equationLetter", { op: "einsum"; letter: First; equation: E }>
        : Rest extends `${string}${First}${string}`
          ? Message<"equationTwice", { op: "einsum"; letter: First; equation: E }>
          : ResultError<E, Terms, Rest>
    : never;

/** What is wrong with an equation for so many operands, else `never`. */
export type EquationError<E extends string, P extends Equation, Count extends number> = [
  StrayOfTerms<[...P["terms"], P["result"]]>,
] extends [never]
  ? [ResultError<E, P["terms"], P["result"]>] extends [never]
    ? Same<P["terms"]["length"], Count> extends true
      ? never
      : number extends Count
        ? never
        : Message<"equationOperands", { op: "einsum"; equation: E; expected: P["terms"]["length"]; actual: Count }>
    : ResultError<E, P["terms"], P["result"]>
  : Message<"equationCharacter", { op: "einsum"; equation: E; character: StrayOfTerms<[...P["terms"], P["result"]]> }>;

/** What stands for leading axes that broadcast. */
export const dots = "...";

/** Twin of `Parse`. */
export function parseEquation(equation: string): Equation {
  const compact = equation.replaceAll(" ", "");
  const arrow = compact.indexOf("->");
  if (arrow >= 0) return { terms: compact.slice(0, arrow).split(","), result: compact.slice(arrow + 2) };
  const once = [...alphabet].filter((letter) => compact.split(letter).length === 2).join("");
  return { terms: compact.split(","), result: `${compact.includes(dots) ? dots : ""}${once}` };
}

/** Twin of `EquationError`: throws where the equation is wrong for so many operands. */
export function checkEquation(equation: string, { terms, result }: Equation, actual: number): void {
  const op = "einsum";
  const stray = [...terms, result].flatMap((term) => [...term.replace(dots, "")].filter((c) => !alphabet.includes(c)));
  const [character] = stray;
  if (character !== undefined) throw shapeError("equationCharacter", { op, equation, character });
  const letters = [...result.replace(dots, "")];
  letters.forEach((letter, at) => {
    if (!terms.some((term) => term.includes(letter))) throw shapeError("equationLetter", { op, letter, equation });
    if (letters.includes(letter, at + 1)) throw shapeError("equationTwice", { op, letter, equation });
  });
  if (terms.length !== actual) {
    throw shapeError("equationOperands", { op, equation, expected: terms.length, actual });
  }
}
