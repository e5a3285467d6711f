/**
 * The builtins that every target has: arithmetic, comparisons, bits, the functions of `Math`, and tables of constants.
 *
 * One record each: its arity, its meaning (`evaluate`), the accuracy of that meaning (`ulps`) and how a target may write
 * it (`js`). Derivatives are not here: they belong to ops, which are the only thing that is differentiated.
 *
 * Invariant: `evaluate` and `js` compute the same double, bit for bit, on one engine.
 */
import { type TableName, tables, termsOf } from "./tables.js";

/** How JavaScript writes a builtin: an infix or prefix operator, a function of `Math`, or the lazy conditional. */
export type JsForm =
  | { readonly form: "infix" | "prefix"; readonly symbol: string }
  | { readonly form: "math"; readonly name: string }
  | { readonly form: "table"; readonly name: TableName }
  | { readonly form: "conditional" }
  | { readonly form: "cast" };

/** What a call gives: the dtype of its operands, always the same one, or what the caller says (casts). */
export type ResultRule = "same" | "bool" | "f64" | "told";

export interface Primitive {
  readonly arity: 1 | 2 | 3;
  readonly result: ResultRule;
  readonly evaluate: (x: number, y: number, z: number) => number;
  /** Largest error of the result in units in the last place, given exact operands. */
  readonly ulps: number;
  readonly js: JsForm;
  /** The forms for i32, where wrapping makes them other ones; absent: the same, or not defined for i32. */
  readonly i32?: { readonly evaluate: (x: number, y: number) => number; readonly js: JsForm | "wrap" };
}

const infix = (symbol: string): JsForm => ({ form: "infix", symbol });
const math = (name: string): JsForm => ({ form: "math", name });
const truth = (value: boolean): number => (value ? 1 : 0);

const arithmetic = (symbol: string, evaluate: Primitive["evaluate"], wrapped?: Primitive["i32"]): Primitive => ({
  arity: 2,
  result: "same",
  evaluate,
  ulps: 0.5,
  js: infix(symbol),
  ...(wrapped === undefined ? {} : { i32: wrapped }),
});

const comparison = (symbol: string, evaluate: (x: number, y: number) => boolean): Primitive => ({
  arity: 2,
  result: "bool",
  evaluate: (x, y) => truth(evaluate(x, y)),
  ulps: 0,
  js: infix(symbol),
});

/** A function of `Math`; V8's are within one unit in the last place unless said otherwise. */
const mathFunction = (name: string, evaluate: (x: number) => number, ulps = 1): Primitive => ({
  arity: 1,
  result: "same",
  evaluate,
  ulps,
  js: math(name),
});

/** The term of a table at an integer. */
function table(name: TableName): Primitive {
  const terms = termsOf(tables[name]);
  const evaluate = (k: number): number => terms[k] ?? Number.NaN;
  return { arity: 1, result: "f64", evaluate, ulps: 0, js: { form: "table", name } };
}

/** Bits of i32 operands; a shift takes its count modulo 32. */
const bits = (symbol: string, evaluate: (x: number, y: number) => number): Primitive => ({
  ...arithmetic(symbol, evaluate),
  ulps: 0,
});

const cast = (evaluate: (x: number) => number, ulps: number): Primitive => ({
  arity: 1,
  result: "told",
  evaluate,
  ulps,
  js: { form: "cast" },
});

export const primitives = {
  add: arithmetic("+", (x, y) => x + y, { evaluate: (x, y) => (x + y) | 0, js: "wrap" }),
  sub: arithmetic("-", (x, y) => x - y, { evaluate: (x, y) => (x - y) | 0, js: "wrap" }),
  mul: arithmetic("*", (x, y) => x * y, { evaluate: Math.imul, js: math("imul") }),
  div: arithmetic("/", (x, y) => x / y, { evaluate: (x, y) => (x / y) | 0, js: "wrap" }),
  /** Remainder with the sign of the dividend; index arithmetic uses it on non-negative operands. */
  rem: { ...arithmetic("%", (x, y) => x % y, { evaluate: (x, y) => (x % y) | 0, js: "wrap" }), ulps: 0 },
  neg: {
    arity: 1,
    result: "same",
    evaluate: (x) => -x,
    ulps: 0,
    js: { form: "prefix", symbol: "-" },
    i32: { evaluate: (x) => -x | 0, js: "wrap" },
  },
  pow: { arity: 2, result: "same", evaluate: (x, y) => x ** y, ulps: 2, js: math("pow") },
  max: { arity: 2, result: "same", evaluate: (x, y) => Math.max(x, y), ulps: 0, js: math("max") },
  min: { arity: 2, result: "same", evaluate: (x, y) => Math.min(x, y), ulps: 0, js: math("min") },
  exp: mathFunction("exp", Math.exp),
  log: mathFunction("log", Math.log),
  sqrt: mathFunction("sqrt", Math.sqrt, 0.5),
  abs: { ...mathFunction("abs", Math.abs, 0), i32: { evaluate: (x) => Math.abs(x) | 0, js: "wrap" } },
  sign: mathFunction("sign", Math.sign, 0),
  expm1: mathFunction("expm1", Math.expm1),
  log1p: mathFunction("log1p", Math.log1p),
  log2: mathFunction("log2", Math.log2),
  log10: mathFunction("log10", Math.log10, 2),
  cbrt: mathFunction("cbrt", Math.cbrt),
  sin: mathFunction("sin", Math.sin),
  cos: mathFunction("cos", Math.cos),
  tan: mathFunction("tan", Math.tan),
  asin: mathFunction("asin", Math.asin),
  acos: mathFunction("acos", Math.acos),
  atan: mathFunction("atan", Math.atan),
  atan2: { arity: 2, result: "same", evaluate: (x, y) => Math.atan2(x, y), ulps: 2, js: math("atan2") },
  sinh: mathFunction("sinh", Math.sinh, 2),
  cosh: mathFunction("cosh", Math.cosh, 2),
  tanh: mathFunction("tanh", Math.tanh, 3),
  asinh: mathFunction("asinh", Math.asinh, 2),
  acosh: mathFunction("acosh", Math.acosh, 3),
  atanh: mathFunction("atanh", Math.atanh, 2),
  floor: mathFunction("floor", Math.floor, 0),
  ceil: mathFunction("ceil", Math.ceil, 0),
  trunc: mathFunction("trunc", Math.trunc, 0),
  floatPowers: table("floatPowers"),
  fractionsOfTwo: table("fractionsOfTwo"),
  powersOfTwo: table("powersOfTwo"),
  bitAnd: bits("&", (x, y) => x & y),
  bitOr: bits("|", (x, y) => x | y),
  bitXor: bits("^", (x, y) => x ^ y),
  bitNot: { arity: 1, result: "same", evaluate: (x) => ~x, ulps: 0, js: { form: "prefix", symbol: "~" } },
  shiftLeft: bits("<<", (x, y) => x << y),
  shiftRight: bits(">>", (x, y) => x >> y),
  /** Zeros come in from the left; the 32 bits that result are an i32 again. */
  shiftRightLogical: {
    ...bits(">>>", (x, y) => x >>> y),
    i32: { evaluate: (x, y) => (x >>> y) | 0, js: "wrap" },
  },
  equal: comparison("===", (x, y) => x === y),
  notEqual: comparison("!==", (x, y) => x !== y),
  less: comparison("<", (x, y) => x < y),
  lessEqual: comparison("<=", (x, y) => x <= y),
  greater: comparison(">", (x, y) => x > y),
  greaterEqual: comparison(">=", (x, y) => x >= y),
  and: { ...comparison("&&", (x, y) => x !== 0 && y !== 0) },
  or: { ...comparison("||", (x, y) => x !== 0 || y !== 0) },
  not: { arity: 1, result: "bool", evaluate: (x) => truth(x === 0), ulps: 0, js: { form: "prefix", symbol: "!" } },
  /** `select(c, a, b)`: a where c, else b. Lazy: the branch not taken is not evaluated, so it may read out of bounds. */
  select: { arity: 3, result: "same", evaluate: (c, a, b) => (c !== 0 ? a : b), ulps: 0, js: { form: "conditional" } },
  toF64: cast((x) => x, 0),
  /** Storage rounding is the store's; between loads and stores an f32 is computed in double precision. */
  toF32: cast((x) => x, 0),
  /** What f32 storage makes of a value. Only for comparisons: arithmetic on rounded values is slow, and not needed. */
  round32: { arity: 1, result: "same", evaluate: Math.fround, ulps: 2 ** 28, js: math("fround") },
  /** Truncates toward zero and wraps, as `| 0` does; NaN gives 0. */
  toI32: cast((x) => x | 0, 0),
  toBool: cast((x) => truth(x !== 0), 0),
} as const satisfies Readonly<Record<string, Primitive>>;

export type PrimitiveName = keyof typeof primitives;
