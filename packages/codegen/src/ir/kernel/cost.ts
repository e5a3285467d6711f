/**
 * What an expression costs, roughly: to weigh computing a value twice against storing it.
 *
 * Units: one multiply-add or one load. The figures follow performance.md: a store and a load of a temporary cost about
 * as much as eight flops in cache, transcendental functions 7–13 ns against 0.4 ns for a multiply-add.
 */
import {
  type BuiltinName,
  builtin,
  bytecodeOf,
  isFunction,
  type ScalarExpr,
  scalarFunction,
} from "@tapeless/types/compiler";

/** Above this a value that is read elsewhere too is stored rather than computed again. */
export const recomputeBudget = 8;

/** What a dimension known only at run time is taken for. */
export const typicalSize = 32;

const ceiling = 1e9;

const costs: Partial<Record<BuiltinName, number>> = {
  exp: 20,
  log: 20,
  pow: 60,
  sin: 20,
  cos: 20,
  sinh: 30,
  cosh: 30,
  tanh: 30,
  sqrt: 5,
  div: 4,
  rem: 4,
  toF32: 0,
  toF64: 0,
  round32: 1,
};

/** What is not exact in `Math` is a polynomial or a table there. */
const isSeries = (name: BuiltinName): boolean => builtin(name).js.form === "math" && builtin(name).ulps > 0;

const costOfPrimitive = (name: BuiltinName): number => costs[name] ?? (isSeries(name) ? 20 : 1);

/** Dear enough for code to be written so that it is computed once. */
export const isDear = (name: BuiltinName): boolean => !isFunction(name) && costOfPrimitive(name) >= 20;

const memo = new WeakMap<ScalarExpr, number>();

/** Cost of one evaluation, without regard to sharing inside. */
export function costOf(expr: ScalarExpr): number {
  const known = memo.get(expr);
  if (known !== undefined) return known;
  const cost = Math.min(ceiling, ownCost(expr));
  memo.set(expr, cost);
  return cost;
}

function ownCost(expr: ScalarExpr): number {
  switch (expr.kind) {
    case "Const":
    case "Position":
    case "Ref":
      return 0;
    case "Load":
      return 1;
    case "Call":
      return expr.args.reduce((sum, arg) => sum + costOf(arg), ownCostOf(expr.fn));
  }
}

/** Bytes of bytecode that engines inline for the calls of an expression. */
export function bytesInlined(expr: ScalarExpr): number {
  if (expr.kind !== "Call") return 0;
  return expr.args.reduce((sum, arg) => sum + bytesInlined(arg), bytecodeOf(expr.fn));
}

/** A function costs what it is made of, all its branches together; but not the rare one of a short function. */
function ownCostOf(name: BuiltinName): number {
  if (!isFunction(name)) return costOfPrimitive(name);
  const { lets, result } = scalarFunction(name);
  const chosen = bytecodeOf(name) > 0 && result.kind === "Call" && result.fn === "select";
  const parts = chosen ? result.args.slice(0, 2) : [result];
  return [...lets.map(({ value }) => value), ...parts].reduce((sum, value) => sum + costOf(value), 0);
}
