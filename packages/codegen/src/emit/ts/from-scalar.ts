/**
 * Scalar expressions to TypeScript. A bool is a JavaScript boolean between loads and stores, and 0 or 1 in memory.
 *
 * Invariant: the expression computes what `evaluateScalar` does, bit for bit: i32 wraps, select is lazy.
 */
import {
  addSize,
  type Builtin,
  type BuiltinName,
  builtin,
  type Call,
  type DType,
  type ScalarExpr,
} from "@tapeless/types/compiler";
import { idOf, indexExpr, placeOf, type TsScope } from "./scope.js";
import {
  apply,
  type BinaryOperator,
  binary,
  bitNot,
  conditional,
  element,
  id,
  math,
  negated,
  nonNull,
  not,
  num,
  type TsExpr,
} from "./tree.js";

/** An expression, and which kind of JavaScript value it has. */
export interface Typed {
  readonly expr: TsExpr;
  readonly js: "number" | "boolean";
}

const number = (expr: TsExpr): Typed => ({ expr, js: "number" });
const boolean = (expr: TsExpr): Typed => ({ expr, js: "boolean" });

export function asNumber({ expr, js }: Typed): TsExpr {
  if (js === "number") return expr;
  return expr.kind === "Bool" ? num(expr.value ? 1 : 0) : conditional(expr, num(1), num(0));
}

export const asBoolean = ({ expr, js }: Typed): TsExpr => (js === "boolean" ? expr : binary("!==", expr, num(0)));

/** A value as a `let` of its dtype holds it. */
export const asHeld = (value: Typed, dtype: DType): TsExpr => (dtype === "bool" ? asBoolean(value) : asNumber(value));

export const wrapped = (expr: TsExpr): TsExpr => binary("|", expr, num(0));

/** `x + -1` is `x - 1` and `x - -1` is `x + 1`, bit for bit. */
function plusOrMinus(operator: "+" | "-", left: TsExpr, right: TsExpr): TsExpr {
  const other = operator === "+" ? "-" : "+";
  if (right.kind === "Num" && right.value < 0) return binary(other, left, num(-right.value));
  if (right.kind === "Prefix" && right.operator === "-") return binary(other, left, right.operand);
  return binary(operator, left, right);
}

const logical: ReadonlySet<string> = new Set<BinaryOperator>(["&&", "||"]);
const equality: ReadonlySet<string> = new Set<BinaryOperator>(["===", "!=="]);

function infix(symbol: BinaryOperator, args: readonly Typed[], result: Builtin["result"]): Typed {
  const [left = number(num(Number.NaN)), right = number(num(Number.NaN))] = args;
  if (logical.has(symbol)) return boolean(binary(symbol, asBoolean(left), asBoolean(right)));
  const alike = equality.has(symbol) && left.js === right.js;
  const [a, b] = alike ? [left.expr, right.expr] : [asNumber(left), asNumber(right)];
  if (symbol === "+" || symbol === "-") return number(plusOrMinus(symbol, a, b));
  return { expr: binary(symbol, a, b), js: result === "bool" ? "boolean" : "number" };
}

function castTo(dtype: DType, from: DType, value: Typed): Typed {
  switch (dtype) {
    case "bool":
      return boolean(asBoolean(value));
    case "i32":
      return number(from === "i32" || from === "bool" ? asNumber(value) : wrapped(asNumber(value)));
    case "f32":
    case "f64":
      return number(asNumber(value));
  }
}

function select(dtype: DType, args: readonly Typed[]): Typed {
  const [test, yes, no] = args;
  if (test === undefined || yes === undefined || no === undefined) throw new Error("emit: select takes three operands");
  const held = conditional(asBoolean(test), asHeld(yes, dtype), asHeld(no, dtype));
  return dtype === "bool" ? boolean(held) : number(held);
}

/** What the module calls a scalar function or a table. */
function scalarName(fn: BuiltinName, scope: TsScope): string {
  const name = scope.scalarFunctions.get(fn);
  if (name === undefined) throw new Error(`emit: the module has no '${fn}'`);
  return name;
}

function applied(form: Builtin["js"], call: Call, args: readonly Typed[], scope: TsScope): Typed {
  const [first = number(num(Number.NaN))] = args;
  switch (form.form) {
    case "infix":
      return infix(form.symbol as BinaryOperator, args, builtin(call.fn).result); // builtins write JavaScript's operators
    case "prefix":
      if (form.symbol === "!") return boolean(not(asBoolean(first)));
      return number(form.symbol === "~" ? bitNot(asNumber(first)) : negated(asNumber(first)));
    case "math":
      return number(math(form.name, ...args.map(asNumber)));
    case "table":
      return number(nonNull(element(id(scalarName(call.fn, scope)), asNumber(first))));
    case "conditional":
      return select(call.dtype, args);
    case "cast":
      return castTo(call.dtype, call.args[0]?.dtype ?? call.dtype, first);
    case "function": {
      const operands = args.map(asNumber);
      return number(scope.spell?.(call, operands) ?? apply(id(scalarName(call.fn, scope)), ...operands));
    }
  }
}

/** `a % 2` of an integer is one, or -0, which a sum that is wrapped itself makes 0. */
function withoutWrap(arg: Typed): Typed {
  const { expr } = arg;
  if (expr.kind !== "Binary" || expr.operator !== "|" || !isZero(expr.right) || expr.left.kind !== "Binary") return arg;
  const { operator, right } = expr.left;
  return operator === "%" && right.kind === "Num" && !isZero(right) ? number(expr.left) : arg;
}

const isZero = (expr: TsExpr): boolean => expr.kind === "Num" && expr.value === 0;

const sums: ReadonlySet<BuiltinName> = new Set<BuiltinName>(["add", "sub"]);

/** The operands behind the first are computed where that says so, and not before. */
const isLazy: ReadonlySet<BuiltinName> = new Set(["select", "and", "or"]);

function translateCall(call: Call, scope: TsScope): Typed {
  const record = builtin(call.fn);
  const later = isLazy.has(call.fn) ? { ...scope, spell: undefined } : scope;
  const args = call.args.map((arg, k) => translateScalar(arg, k === 0 ? scope : later));
  const own = call.args[0]?.dtype === "i32" ? record.i32?.js : undefined;
  if (own === undefined) return applied(record.js, call, args, scope);
  if (own !== "wrap") return applied(own, call, args, scope);
  const terms = sums.has(call.fn) ? args.map(withoutWrap) : args;
  return number(wrapped(applied(record.js, call, terms, scope).expr));
}

/** An element as it stands in code: `x[i * 784 + k]`. */
export function elementOf(buffer: string, index: Parameters<typeof addSize>[0], scope: TsScope): TsExpr {
  const place = placeOf(buffer, scope);
  return element(place.array, indexExpr(addSize(place.start, index), scope));
}

export function translateScalar(expr: ScalarExpr, scope: TsScope): Typed {
  switch (expr.kind) {
    case "Const":
      return expr.dtype === "bool" ? boolean({ kind: "Bool", value: expr.value !== 0 }) : number(num(expr.value));
    case "Position":
      return number(indexExpr(expr.index, scope));
    case "Ref":
      return scope.booleans.has(expr.name) ? boolean(id(idOf(expr.name, scope))) : number(id(idOf(expr.name, scope)));
    case "Load":
      return number(nonNull(elementOf(expr.buffer, expr.index[0] ?? 0, scope)));
    case "Call":
      return translateCall(expr, scope);
  }
}
