/**
 * Simplifications of scalar expressions that unrolling opens up, as named rules.
 *
 * Invariant: an exact rule keeps every bit of every value; the one inexact rule can only turn +0 into -0.
 */
import { builtin, type Call, evaluateBuiltin, type ScalarExpr } from "@tapeless/types/compiler";
import { constant } from "../../ir/loop/build.js";

export interface ScalarRule {
  readonly name: string;
  readonly exact: boolean;
  /** The simpler expression, or undefined where the rule does not match. */
  readonly apply: (call: Call) => ScalarExpr | undefined;
}

const isConst = (expr: ScalarExpr | undefined, value: number): boolean =>
  expr?.kind === "Const" && Object.is(expr.value, value);
const isFloat = (expr: ScalarExpr): boolean => expr.dtype === "f32" || expr.dtype === "f64";
const isCast = ({ fn }: Pick<Call, "fn">): boolean => ["toF32", "toF64", "toI32", "toBool"].includes(fn);
/** IEEE arithmetic, the same on every engine; functions of Math are not folded. */
const foldable: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "div", "neg", "sqrt", "max", "min", "rem", "abs", "sign", "floor", "ceil", "trunc"],
  ...["bitAnd", "bitOr", "bitXor", "bitNot", "shiftLeft", "shiftRight", "shiftRightLogical"],
]);

export const rules: readonly ScalarRule[] = [
  {
    name: "cast-same",
    exact: true,
    apply: (call) => (isCast(call) && call.args[0]?.dtype === call.dtype ? call.args[0] : undefined),
  },
  {
    name: "fold-cast",
    exact: true,
    apply: ({ fn, args: [x], dtype }) =>
      x?.kind === "Const" && isCast({ fn }) ? constant(evaluateBuiltin(fn, dtype, [x.value]), dtype) : undefined,
  },
  {
    name: "fold-arithmetic",
    exact: true,
    apply: ({ fn, args, dtype }) =>
      foldable.has(fn) && args.every((arg) => arg.kind === "Const")
        ? constant(
            evaluateBuiltin(
              fn,
              dtype,
              args.map((arg) => (arg.kind === "Const" ? arg.value : Number.NaN)),
            ),
            dtype,
          )
        : undefined,
  },
  {
    name: "fold-truth",
    exact: true,
    apply: ({ fn, args }) =>
      builtin(fn).result === "bool" && args.every((arg) => arg.kind === "Const")
        ? constant(
            evaluateBuiltin(
              fn,
              args[0]?.dtype ?? "bool",
              args.map((arg) => (arg.kind === "Const" ? arg.value : Number.NaN)),
            ),
            "bool",
          )
        : undefined,
  },
  {
    name: "truth-known",
    exact: true,
    apply: ({ fn, args: [x, y] }) => {
      if (fn !== "and" && fn !== "or") return undefined;
      const decides = fn === "or" ? 1 : 0;
      const [known, other] = x?.kind === "Const" ? [x, y] : [y, x];
      return known?.kind !== "Const" ? undefined : known.value === decides ? known : other;
    },
  },
  {
    name: "mul-one",
    exact: true,
    apply: ({ fn, args: [x, y] }) => (fn !== "mul" ? undefined : isConst(y, 1) ? x : isConst(x, 1) ? y : undefined),
  },
  { name: "sub-zero", exact: true, apply: ({ fn, args: [x, y] }) => (fn === "sub" && isConst(y, 0) ? x : undefined) },
  {
    name: "select-known",
    exact: true,
    apply: ({ fn, args: [c, yes, no] }) =>
      fn === "select" && c?.kind === "Const" ? (c.value !== 0 ? yes : no) : undefined,
  },
  {
    name: "max-from-identity",
    exact: true,
    apply: ({ fn, args: [x, y] }) => (fn === "max" && x !== undefined && isLowest(x) ? y : undefined),
  },
  {
    name: "min-from-identity",
    exact: true,
    apply: ({ fn, args: [x, y] }) => (fn === "min" && x !== undefined && isHighest(x) ? y : undefined),
  },
];

const isLowest = (expr: ScalarExpr): boolean => isConst(expr, isFloat(expr) ? Number.NEGATIVE_INFINITY : -(2 ** 31));
const isHighest = (expr: ScalarExpr): boolean => isConst(expr, isFloat(expr) ? Number.POSITIVE_INFINITY : 2 ** 31 - 1);

/** The first term of a sum stands for itself: 0 + x is x, but that 0 + -0 is +0. Applied to accumulators alone. */
export const sumFromZero: ScalarRule = {
  name: "sum-from-zero",
  exact: false,
  apply: ({ fn, args: [x, y] }) => (fn === "add" && isConst(x, 0) ? y : undefined),
};

/** Rules at the top of an expression whose operands are simple already, until none matches. */
export function simplify(expr: ScalarExpr, extra: readonly ScalarRule[] = []): ScalarExpr {
  if (expr.kind !== "Call") return expr;
  for (const rule of [...extra, ...rules]) {
    const simpler = rule.apply(expr);
    if (simpler !== undefined) return simplify(simpler, extra);
  }
  return expr;
}

/** Rules at every call of an expression, operands first. */
export const simplifyAll = (expr: ScalarExpr): ScalarExpr =>
  expr.kind === "Call" ? simplify({ ...expr, args: expr.args.map(simplifyAll) }) : expr;
