/**
 * What an expression costs, roughly: to weigh computing a value twice against storing it.
 *
 * Units: one multiply-add or one load. The figures follow performance.md: a store and a load of a temporary cost about
 * as much as eight flops in cache, transcendental functions 7–13 ns against 0.4 ns for a multiply-add.
 */
import { type BuiltinName, isFunction, type ScalarExpr, scalarFunction } from "@tapeless/types/compiler";

/** Above this a value read in several kernels is stored rather than computed again. */
export const recomputeBudget = 8;
/** Above this a value that a loop would compute again and again for the same index is stored. */
export const repeatBudget = 3;
/** Statements and operators a kernel may have before it is split: functions stay under what V8 optimises. */
export const kernelBudget = 400;

/** In functions too long for one kernel: equations that may be computed inside of one value. */
export const chainBudget = 48;

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
};

/** Dear enough for code to be written so that it is computed once. */
export const isDear = (name: BuiltinName): boolean => (costs[name] ?? 1) >= 20;

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

/** A function costs what it is made of, all its branches together. */
function ownCostOf(name: BuiltinName): number {
  if (!isFunction(name)) return costs[name] ?? 1;
  const { lets, result } = scalarFunction(name);
  return lets.reduce((sum, { value }) => sum + costOf(value), costOf(result));
}
