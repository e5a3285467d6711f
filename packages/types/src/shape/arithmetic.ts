/**
 * Arithmetic of whole numbers at the type level: long addition, multiplication and division as taught at school, on
 * decimal digits, with one table look-up per digit.
 *
 * Invariant: results are exact below 2^53 and become `number` beyond, as they do where an operand is not a literal;
 * they are never wrong. `type-tests/arithmetic.test.ts` compares them with BigInt.
 */
import type { Above, Differences, Products, Quotients, Sums } from "./digit-tables.js";

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Carry = "0" | "1";

type ToNumber<Text extends string> = Text extends `${infer N extends number}` ? N : never;

/** `"784"` to `"487"`. Names that end in `Low` hold digits with the least significant one first. */
type Reverse<Text extends string, Done extends string = ""> = Text extends `${infer First}${infer Rest}`
  ? Reverse<Rest, `${First}${Done}`>
  : Done;

type TrimZeros<Text extends string> = Text extends `0${infer Rest}` ? (Rest extends "" ? "0" : TrimZeros<Rest>) : Text;

// ---- addition and subtraction

type AddLow<
  A extends string,
  B extends string,
  C extends Carry = "0",
  Done extends string = "",
> = A extends `${infer a extends Digit}${infer RestA}`
  ? B extends `${infer b extends Digit}${infer RestB}`
    ? Sums[C][a][b] extends `${infer digit}${infer carry extends Carry}`
      ? AddLow<RestA, RestB, carry, `${Done}${digit}`>
      : never
    : AddCarry<A, C, Done>
  : AddCarry<B, C, Done>;

type AddCarry<A extends string, C extends Carry, Done extends string> = C extends "0"
  ? `${Done}${A}`
  : A extends ""
    ? `${Done}1`
    : AddLow<A, "1", "0", Done>;

/** A - B for A >= B. */
type SubLow<
  A extends string,
  B extends string,
  C extends Carry = "0",
  Done extends string = "",
> = A extends `${infer a extends Digit}${infer RestA}`
  ? B extends `${infer b extends Digit}${infer RestB}`
    ? Differences[C][a][b] extends `${infer digit}${infer borrow extends Carry}`
      ? SubLow<RestA, RestB, borrow, `${Done}${digit}`>
      : never
    : C extends "0"
      ? `${Done}${A}`
      : SubLow<A, "1", "0", Done>
  : Done;

// ---- multiplication

type TimesDigit<
  A extends string,
  B extends Digit,
  C extends Digit = "0",
  Done extends string = "",
> = A extends `${infer a extends Digit}${infer RestA}`
  ? Products[B][a][C] extends `${infer digit}${infer carry extends Digit}`
    ? TimesDigit<RestA, B, carry, `${Done}${digit}`>
    : never
  : C extends "0"
    ? Done
    : `${Done}${C}`;

/** A has its low digit first, B its high digit first: what is done so far times ten, plus A times the next digit. */
type MulLow<
  A extends string,
  B extends string,
  Done extends string = "",
> = B extends `${infer b extends Digit}${infer RestB}`
  ? MulLow<
      A,
      RestB,
      Done extends "" ? TimesDigit<A, b> : b extends "0" ? `0${Done}` : AddLow<`0${Done}`, TimesDigit<A, b>>
    >
  : Done;

// ---- comparison

type LessText<
  A extends string,
  B extends string,
  RestA extends string = A,
  RestB extends string = B,
> = RestA extends `${string}${infer NextA}`
  ? RestB extends `${string}${infer NextB}`
    ? LessText<A, B, NextA, NextB>
    : false
  : RestB extends ""
    ? LessDigits<A, B>
    : true;

/** For texts of one length. */
type LessDigits<A extends string, B extends string> = A extends `${infer a extends Digit}${infer RestA}`
  ? B extends `${infer b extends Digit}${infer RestB}`
    ? a extends b
      ? LessDigits<RestA, RestB>
      : b extends Above[a]
        ? true
        : false
    : false
  : false;

// ---- division: results are [quotient, remainder]

type DivideByDigit<
  A extends string,
  B extends Exclude<Digit, "0">,
  Rest extends Digit = "0",
  Done extends string = "",
> = A extends `${infer a extends Digit}${infer Next}`
  ? Quotients[B][Rest & keyof Quotients[B]] extends infer Row
    ? Row[a & keyof Row] extends `${infer digit}${infer rest extends Digit}`
      ? DivideByDigit<Next, B, rest, `${Done}${digit}`>
      : never
    : never
  : [TrimZeros<Done>, Rest];

type DivideLong<
  A extends string,
  B extends string,
  Rest extends string = "",
  Done extends string = "",
> = A extends `${infer a}${infer Next}`
  ? TakeAway<Rest extends "" | "0" ? a : `${Rest}${a}`, B> extends [
      infer digit extends string,
      infer rest extends string,
    ]
    ? DivideLong<Next, B, rest, `${Done}${digit}`>
    : never
  : [TrimZeros<Done>, Rest];

type Successor = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** How many times B goes into A (fewer than ten), and what is left. */
type TakeAway<A extends string, B extends string, Times extends string = "0"> =
  LessText<A, B> extends true
    ? [Times, A]
    : TakeAway<TrimZeros<Reverse<SubLow<Reverse<A>, Reverse<B>>>>, B, Successor[Times & keyof Successor] & string>;

type DivMod<A extends string, B extends string> =
  B extends Exclude<Digit, "0"> ? DivideByDigit<A, B> : DivideLong<A, B>;

// ---- the operations, for numbers that are not negative

export type Add<A extends number, B extends number> = number extends A | B
  ? number
  : A extends 0
    ? B
    : B extends 0
      ? A
      : ToNumber<Reverse<AddLow<Reverse<`${A}`>, Reverse<`${B}`>>>>;

/** A - B; `never` where it would be negative. */
export type Sub<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? A
    : Less<A, B> extends true
      ? never
      : ToNumber<TrimZeros<Reverse<SubLow<Reverse<`${A}`>, Reverse<`${B}`>>>>>;

export type Mul<A extends number, B extends number> = number extends A | B
  ? number
  : A extends 0
    ? 0
    : B extends 0
      ? 0
      : A extends 1
        ? B
        : B extends 1
          ? A
          : ToNumber<Reverse<MulLow<Reverse<`${A}`>, `${B}`>>>;

/** A < B; `boolean` where nobody can know. */
export type Less<A extends number, B extends number> = number extends A | B ? boolean : LessText<`${A}`, `${B}`>;

/** The whole part of A / B; `never` for B = 0. */
export type FloorDiv<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? never
    : B extends 1
      ? A
      : DivMod<`${A}`, `${B}`> extends [infer Quotient extends string, string]
        ? ToNumber<Quotient>
        : never;

/** A / B; `never` where it does not divide, or B = 0. */
export type ExactDiv<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? never
    : B extends 1
      ? A
      : DivMod<`${A}`, `${B}`> extends [infer Quotient extends string, "0"]
        ? ToNumber<Quotient>
        : never;

/** A / B, rounded up; `never` for B = 0. */
export type CeilDiv<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? never
    : FloorDiv<Add<A, Sub<B, 1>>, B>;

/** The smaller of two. */
export type Min<A extends number, B extends number> = number extends A | B ? number : Less<A, B> extends true ? A : B;
